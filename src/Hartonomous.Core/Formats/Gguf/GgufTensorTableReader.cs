using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>
/// Reads the table of tensors, and holds it to what ggml demands of it: every tensor begins where the one before it, padded to the
/// alignment, ends.
/// </summary>
internal sealed class GgufTensorTableReader(GgufFieldReader fields, uint alignment)
{
    /// <summary>What a tensor costs in memory beside its name.</summary>
    public const int EntryMemory = 512;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private long _dataSize;

    /// <summary>Fewest bytes an entry takes: the length of the name, a character, the rank, no dimension, the type, the offset.</summary>
    public static int MinEntrySize(int countSize) => countSize + 1 + 4 + 4 + 8;

    /// <summary>Rounds up to a multiple of a power of two.</summary>
    public static long Pad(long size, uint alignment) => (size + (alignment - 1)) & -(long)alignment;

    /// <summary>Reads the entries; their count was held against the file.</summary>
    public List<GgufTensorEntry> Read(int count)
    {
        List<GgufTensorEntry> tensors = new(count);
        _names.EnsureCapacity(count);
        for (int i = 0; i < count; i++)
        {
            fields.ThrowIfCancelled();
            tensors.Add(ReadEntry());
        }

        return tensors;
    }

    /// <summary>Holds the tensors against the end of the file.</summary>
    /// <returns>Where the tensor data begin.</returns>
    public long CheckData(List<GgufTensorEntry> tensors)
    {
        long headerEnd = fields.Position;
        long fileEnd = fields.Bytes.Source.Length;
        long start = Pad(headerEnd, alignment);
        if (tensors.Count > 0 && start > fileEnd)
        {
            throw fields.Error(
                GgufErrorCodes.DataStart,
                headerEnd,
                $"the tensor data begin at {start}, the next multiple of {alignment}, but the file ends at {fileEnd}");
        }

        foreach (GgufTensorEntry tensor in tensors)
        {
            if (tensor.Offset > fileEnd - start || tensor.SizeBytes > fileEnd - start - tensor.Offset)
            {
                throw fields.Error(
                    GgufErrorCodes.DataTruncated,
                    tensor.EntryStart,
                    $"{Named(tensor.Name)} has {tensor.SizeBytes} bytes from {(ulong)start + (ulong)tensor.Offset} on, "
                    + $"but the file ends at {fileEnd}");
            }
        }

        if (fileEnd - start > _dataSize)
        {
            throw fields.Error(
                GgufErrorCodes.TrailingData,
                start + _dataSize,
                $"{fileEnd - start - _dataSize} bytes follow where the file should end");
        }

        return start;
    }

    private static string Named(string name) => $"tensor {ErrorText.Quote(name)}";

    private GgufTensorEntry ReadEntry()
    {
        long start = fields.Position;
        string name = fields.ReadName(fields.Limits.GgufNameBytes, GgufErrorCodes.NameLength, GgufErrorCodes.NameEmpty, "a tensor name");
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            throw fields.Error(GgufErrorCodes.NameInvalid, start, $"the tensor name {ErrorText.Quote(name)} holds a NUL character");
        }

        if (!_names.Add(name))
        {
            throw fields.Error(GgufErrorCodes.NameDuplicate, start, $"two tensors are called {ErrorText.Quote(name)}");
        }

        fields.Charge(2L * name.Length, "the table of tensors");
        TensorShape shape = ReadShape(name);
        TensorDtype dtype = ReadDtype(name);
        long size = MeasureData(name, shape, dtype, start);
        return new GgufTensorEntry(name, shape, dtype, ReadOffset(name, size), size, start, (int)(fields.Position - start));
    }

    private TensorShape ReadShape(string name)
    {
        long start = fields.Position;
        uint rank = fields.Bytes.ReadUInt32("a tensor's rank");
        if (rank > GgufConstants.MaxRank)
        {
            throw fields.Error(
                GgufErrorCodes.Rank, start, $"{Named(name)} has {rank} dimensions, {GgufConstants.MaxRank} are the most there may be");
        }

        // The file has the innermost dimension first.
        Span<long> dimensions = stackalloc long[(int)rank];
        for (int i = dimensions.Length - 1; i >= 0; i--)
        {
            long place = fields.Position;
            ulong dimension = fields.ReadCount("a dimension");
            if (dimension > long.MaxValue)
            {
                throw fields.Error(GgufErrorCodes.Dimension, place, $"{Named(name)} has a dimension of {dimension}, 2^63 - 1 is the most");
            }

            dimensions[i] = (long)dimension;
        }

        if (!TensorShape.TryCountElements(dimensions, out long elements) || elements == long.MaxValue)
        {
            throw fields.Error(
                GgufErrorCodes.ShapeOverflow,
                start,
                $"{Named(name)} has the dimensions {string.Join(" x ", dimensions.ToArray())}, fewer than 2^63 - 1 values are expected");
        }

        return new TensorShape(dimensions);
    }

    private TensorDtype ReadDtype(string name)
    {
        long start = fields.Position;
        uint id = fields.Bytes.ReadUInt32("a tensor's type");
        return GgufConstants.FindDtype(id) ?? throw (GgufConstants.IsRemoved(id)
            ? fields.Error(GgufErrorCodes.TensorTypeRemoved, start, $"{Named(name)} is of type {id}, which ggml had and removed")
            : fields.Error(
                GgufErrorCodes.TensorType,
                start,
                $"{Named(name)} is of type {(int)id}, types 0 to {GgufConstants.TypeCount - 1} are known"));
    }

    private long MeasureData(string name, TensorShape shape, TensorDtype dtype, long start)
    {
        int block = dtype.Layout().Elements;
        if (shape.RowLength % block != 0)
        {
            throw fields.Error(
                GgufErrorCodes.RowSize,
                start,
                $"{Named(name)} has rows of {shape.RowLength} values, a multiple of {block} is expected of {dtype}");
        }

        return dtype.TryGetByteCount(shape.ElementCount, out long size)
            ? size
            : throw fields.Error(
                GgufErrorCodes.TensorSize, start, $"{Named(name)} has {shape.ElementCount} values of {dtype}, 2^63 - 1 bytes are the most");
    }

    private long ReadOffset(string name, long size)
    {
        long start = fields.Position;
        ulong offset = fields.Bytes.ReadUInt64("a tensor's offset");
        if (offset != (ulong)_dataSize)
        {
            throw fields.Error(GgufErrorCodes.TensorOffset, start, $"{Named(name)} has the offset {offset}, {_dataSize} is expected");
        }

        if (size > long.MaxValue - (alignment - 1) - _dataSize)
        {
            throw fields.Error(
                GgufErrorCodes.DataSize, start, $"all up to {Named(name)} have more than 2^63 - 1 bytes together");
        }

        _dataSize = Pad(_dataSize + size, alignment);
        return (long)offset;
    }
}
