using System.Buffers.Binary;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>
/// A GGUF file that holds some tensors of an opened model. Version, byte order, alignment and metadata are the source's, byte for byte;
/// the keys of a split are left out, or made anew where the file is to be one of a split model. Nothing of the tensor data is copied.
/// </summary>
internal static class GgufSelection
{
    private const int OffsetSize = 8;

    /// <summary>The bytes of the file, as a view of the source's files, which have to outlive it.</summary>
    /// <param name="name">Name of the file, for errors.</param>
    /// <param name="source">The model.</param>
    /// <param name="tensors">Tensors of it.</param>
    /// <param name="limits">What is accepted of the source's headers.</param>
    /// <param name="cancellation">Ends the reading of headers.</param>
    /// <param name="split">The file's place among the files of a split model; null for a file of its own.</param>
    public static ByteSource Write(
        string name,
        ModelSource source,
        IReadOnlyList<TensorInfo> tensors,
        ReadLimits limits,
        CancellationToken cancellation,
        GgufSplitPlace? split = null)
    {
        CheckTensors(source, tensors);
        string first = source.Location.WeightFiles[0];
        Dictionary<string, GgufHeader> headers = tensors.Select(tensor => tensor.File).Append(first).Distinct()
            .ToDictionary(file => file, file => GgufHeaderReader.Read(source.File(file).Bytes, limits, cancellation));
        GgufHeader model = headers[first];

        List<ByteSource> metadata = [];
        int entries = split is { Number: > 0 } ? SliceAlignment(model, metadata) : SliceMetadata(model, metadata);
        if (split is { } place)
        {
            metadata.Add(new MemoryByteSource(name, place.WriteEntries(model.Version, model.Order)));
            entries += GgufSplitPlace.EntryCount;
        }

        (byte[] table, List<GgufTensorEntry> chosen) = WriteTable(model, headers, tensors);

        List<ByteSource> parts = [model.Source.Slice(0, 8), Counts(name, model, tensors.Count, entries), .. metadata];
        parts.Add(new MemoryByteSource(name, table));
        if (tensors.Count > 0)
        {
            AddPadding(parts, name, parts.Sum(part => part.Length), model.Alignment);
        }

        for (int i = 0; i < chosen.Count; i++)
        {
            GgufHeader header = headers[tensors[i].File];
            parts.Add(header.Source.Slice(header.DataStart + chosen[i].Offset, chosen[i].SizeBytes));
            AddPadding(parts, name, chosen[i].SizeBytes, model.Alignment);
        }

        return new ConcatenatedByteSource(name, parts);
    }

    private static void CheckTensors(ModelSource source, IReadOnlyList<TensorInfo> tensors)
    {
        Dictionary<string, TensorInfo> owned = source.Metadata.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (TensorInfo tensor in tensors)
        {
            if (!owned.TryGetValue(tensor.Name, out TensorInfo? own) || own.File != tensor.File || own.Offset != tensor.Offset
                || own.Dtype != tensor.Dtype || own.Shape != tensor.Shape)
            {
                throw new ArgumentException($"Tensor {ErrorText.Quote(tensor.Name)} is not one of this model.", nameof(tensors));
            }

            if (!seen.Add(tensor.Name))
            {
                throw new ArgumentException($"Tensor {ErrorText.Quote(tensor.Name)} is chosen twice.", nameof(tensors));
            }
        }
    }

    private static int SliceMetadata(GgufHeader model, List<ByteSource> parts)
    {
        int entries = 0;
        long start = 0;
        long end = 0;
        for (int i = 0; i < model.Metadata.Count; i++)
        {
            if (model.Metadata.GetAt(i).Key.StartsWith(GgufConstants.SplitPrefix, StringComparison.Ordinal))
            {
                continue;
            }

            (long from, long length) = model.MetadataRanges[i];
            if (from != end)
            {
                parts.Add(model.Source.Slice(start, end - start));
                start = from;
            }

            end = from + length;
            entries++;
        }

        parts.Add(model.Source.Slice(start, end - start));
        return entries;
    }

    /// <summary>Files of a split but the first have no metadata; one they need to be read is an alignment that is not the usual one.</summary>
    private static int SliceAlignment(GgufHeader model, List<ByteSource> parts)
    {
        int index = model.Metadata.IndexOf(GgufConstants.AlignmentKey);
        if (index < 0)
        {
            return 0;
        }

        (long from, long length) = model.MetadataRanges[index];
        parts.Add(model.Source.Slice(from, length));
        return 1;
    }

    private static MemoryByteSource Counts(string name, GgufHeader model, int tensors, int entries)
    {
        bool little = model.Order == ByteOrder.Little;
        byte[] bytes = new byte[model.Version == 1 ? 8 : 16];
        if (model.Version == 1)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, little ? tensors : BinaryPrimitives.ReverseEndianness(tensors));
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), little ? entries : BinaryPrimitives.ReverseEndianness(entries));
        }
        else
        {
            WriteInt64(bytes, tensors, model.Order);
            WriteInt64(bytes.AsSpan(8), entries, model.Order);
        }

        return new MemoryByteSource(name, bytes);
    }

    private static (byte[] Table, List<GgufTensorEntry> Chosen) WriteTable(
        GgufHeader model, Dictionary<string, GgufHeader> headers, IReadOnlyList<TensorInfo> tensors)
    {
        Dictionary<string, (long Start, byte[] Bytes)> sections = headers.ToDictionary(pair => pair.Key, pair => ReadSection(pair.Value));
        Dictionary<string, GgufTensorEntry> byName = headers.Values.SelectMany(header => header.Tensors)
            .ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        List<GgufTensorEntry> chosen = [.. tensors.Select(tensor => byName[tensor.Name])];

        byte[] table = new byte[chosen.Sum(entry => (long)entry.EntryLength)];
        int at = 0;
        long offset = 0;
        for (int i = 0; i < chosen.Count; i++)
        {
            (long start, byte[] bytes) = sections[tensors[i].File];
            GgufTensorEntry entry = chosen[i];
            bytes.AsSpan((int)(entry.EntryStart - start), entry.EntryLength).CopyTo(table.AsSpan(at));
            at += entry.EntryLength;
            WriteInt64(table.AsSpan(at - OffsetSize), offset, model.Order);
            offset = GgufTensorTableReader.Pad(offset + entry.SizeBytes, model.Alignment);
        }

        return (table, chosen);
    }

    private static (long Start, byte[] Bytes) ReadSection(GgufHeader header)
    {
        if (header.Tensors.Count == 0)
        {
            return (0, []);
        }

        long start = header.Tensors[0].EntryStart;
        byte[] bytes = new byte[header.Tensors[^1].EntryStart + header.Tensors[^1].EntryLength - start];
        header.Source.ReadExactly(start, bytes);
        return (start, bytes);
    }

    private static void WriteInt64(Span<byte> destination, long value, ByteOrder order)
    {
        if (order == ByteOrder.Little)
        {
            BinaryPrimitives.WriteInt64LittleEndian(destination, value);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(destination, value);
        }
    }

    private static void AddPadding(List<ByteSource> parts, string name, long length, uint alignment) =>
        parts.Add(new ZeroByteSource(name, GgufTensorTableReader.Pad(length, alignment) - length));
}
