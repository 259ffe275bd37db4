using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Reads what an object header says of a dataset and holds it together: shape, type, layout, filters.</summary>
internal sealed class Hdf5DatasetReader(Hdf5Reader reader, Hdf5AttributeValues values)
{
    private const string DtypeAttribute = "dtype";
    private const string Bfloat16 = "bfloat16";

    /// <summary>Whether an object is a dataset rather than a named datatype.</summary>
    public static bool IsDataset(Hdf5ObjectHeader header) => header.Find(Hdf5MessageType.Layout) is not null;

    /// <summary>Reads a dataset.</summary>
    /// <returns>The dataset, or null where its values are no numbers, or it has none at all.</returns>
    public Hdf5Dataset? Read(Hdf5ObjectHeader header, string path)
    {
        Hdf5Datatype type = Hdf5DatatypeReader.Read(Need(header, Hdf5MessageType.Datatype, path));
        Hdf5Dataspace space = Hdf5Dataspace.Read(Need(header, Hdf5MessageType.Dataspace, path));
        if (header.Find(Hdf5MessageType.ExternalFiles) is { } external)
        {
            throw reader.Error(
                Hdf5ErrorCodes.ExternalFiles, external.Offset,
                $"the values of {ErrorText.Quote(path)} lie in other files, which is not read");
        }

        // Before the kind of the values is looked at: a virtual dataset is refused whatever it holds.
        Hdf5Layout layout = Hdf5Layout.Read(Need(header, Hdf5MessageType.Layout, path));
        TensorDtype dtype = type.Size == 2 && IsBfloat16(header, type) ? TensorDtype.BF16 : type.Dtype;
        if (dtype == TensorDtype.Unknown || space.IsNull)
        {
            return null;
        }

        long[] shape = [.. space.Dimensions, .. type.ArrayDimensions];
        Int128 size = (Int128)space.Count * type.Size;
        if (size > long.MaxValue || !TensorShape.TryCountElements(shape, out _))
        {
            throw reader.Error(
                Hdf5ErrorCodes.ShapeOverflow,
                header.Offset,
                $"{ErrorText.Quote(path)} of [{string.Join(", ", shape)}] has more than 2^63 - 1 bytes");
        }

        Hdf5Dataset dataset = new(path, dtype, type.Order, type.Size, space, new TensorShape(shape), layout)
        {
            SizeBytes = (long)size,
            Filters = header.Find(Hdf5MessageType.FilterPipeline) is { } pipeline ? Hdf5Filter.ReadPipeline(pipeline.Open(reader)) : [],
            Fill = Hdf5FillValue.Read(header, reader, type.Size),
            Offset = header.Offset,
        };
        dataset = Place(dataset, header);
        if (!dataset.IsContiguous)
        {
            bool isWritten = layout.Address != Hdf5Reader.Undefined;
            CheckExpansion((ulong)dataset.SizeBytes, isWritten ? reader.Source.Length : 0, header.Offset, ErrorText.Quote(path));
        }

        return dataset;
    }

    /// <summary>Refuses what declares far more than is stored (Keras' own guard).</summary>
    public void CheckExpansion(UInt128 declared, long stored, long? at, string what)
    {
        if (declared > (ulong)reader.Limits.Hdf5ExpansionBytes &&
            declared > (UInt128)(ulong)stored * (uint)reader.Limits.Hdf5ExpansionRatio)
        {
            throw reader.Error(
                Hdf5ErrorCodes.Expansion,
                at,
                $"{what} declares {declared} bytes, of which at most {stored} are stored; more than "
                    + $"{reader.Limits.Hdf5ExpansionRatio} times as much "
                + $"is accepted up to {reader.Limits.Hdf5ExpansionBytes} bytes only");
        }
    }

    private Hdf5Dataset Place(Hdf5Dataset dataset, Hdf5ObjectHeader header)
    {
        Hdf5Layout layout = dataset.Layout;
        bool isWritten = layout.Address != Hdf5Reader.Undefined;
        switch (layout.Class)
        {
            case not Hdf5LayoutClass.Chunked when dataset.SizeBytes == 0:
                return dataset;
            case Hdf5LayoutClass.Compact:
                CheckSize(dataset, header);
                return dataset with { IsContiguous = true, Offset = layout.CompactOffset };
            case Hdf5LayoutClass.Contiguous when isWritten:
                CheckSize(dataset, header);
                long offset = reader.Place(layout.Address, dataset.SizeBytes, ErrorText.Quote(dataset.Path));
                return dataset with { IsContiguous = true, Offset = offset };
            case Hdf5LayoutClass.Contiguous:
                return dataset;
            default:
                CheckChunks(dataset, header);
                return isWritten ? dataset with { Offset = reader.Place(layout.Address, 0, "an index of chunks") } : dataset;
        }
    }

    private void CheckSize(Hdf5Dataset dataset, Hdf5ObjectHeader header)
    {
        long size = dataset.Layout.Size;
        if (size != dataset.SizeBytes && size >= 0)
        {
            throw reader.Error(
                Hdf5ErrorCodes.DataSize,
                header.Offset,
                $"{ErrorText.Quote(dataset.Path)} of {dataset.Shape} has {dataset.SizeBytes} bytes, but {size} are stored");
        }
    }

    private void CheckChunks(Hdf5Dataset dataset, Hdf5ObjectHeader header)
    {
        Hdf5Layout layout = dataset.Layout;
        Int128 size = dataset.ElementSize;
        foreach (long length in layout.ChunkDimensions)
        {
            size = length > 0 && size > 0 && size <= long.MaxValue ? size * length : 0;
        }

        bool fits = layout.ChunkDimensions.Length == dataset.Dimensions.Dimensions.Length && layout.ElementSize == dataset.ElementSize;
        long most = dataset.Filters.Length > 0 ? reader.Limits.Hdf5ChunkBytes : uint.MaxValue;
        if (!fits || size <= 0 || size > most || dataset.ElementSize > reader.Limits.Hdf5BlockBytes)
        {
            throw reader.Error(
                Hdf5ErrorCodes.ChunkShape,
                header.Offset,
                $"{ErrorText.Quote(dataset.Path)} of {dataset.Shape} has chunks of [{string.Join(", ", layout.ChunkDimensions)}] values of "
                + $"{layout.ElementSize} bytes; the rank must be the same, no length 0, a chunk at most {most} bytes");
        }

        Hdf5ChunkGrid grid = new(dataset);
        if (grid.Count > (uint)reader.Limits.Hdf5Chunks)
        {
            throw reader.Error(
                Hdf5ErrorCodes.ChunkCount,
                header.Offset,
                $"{ErrorText.Quote(dataset.Path)} of {dataset.Shape} has {grid.Count} chunks; {reader.Limits.Hdf5Chunks} are accepted");
        }
    }

    // Keras keeps bfloat16 in two bytes that HDF5 has no number for, and says so beside them.
    private bool IsBfloat16(Hdf5ObjectHeader header, Hdf5Datatype type) =>
        type.Class is Hdf5TypeClass.Opaque or Hdf5TypeClass.Integer or Hdf5TypeClass.BitField &&
        Hdf5AttributeReader.Read(reader, header).Find(attribute => attribute.Name == DtypeAttribute) is { } attribute &&
        values.Read(attribute, 1) is [Bfloat16];

    private Hdf5Block Need(Hdf5ObjectHeader header, Hdf5MessageType type, string path) => header.Find(type)?.Open(reader)
        ?? throw reader.Error(Hdf5ErrorCodes.Message, header.Offset, $"{ErrorText.Quote(path)} has no {type} message");
}
