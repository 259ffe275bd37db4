using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning.Rewriting;

/// <summary>
/// Writes GGUF files anew: version, byte order, alignment, the order of the tensors and the metadata stay, byte for byte but for the entries that
/// are added. Layout: <c>docs/gguf.md</c> of ggml.
/// </summary>
internal sealed class GgufRewriter
{
    private const uint Int32Type = 5;
    private const uint StringType = 8;

    private readonly GgufHeader _header;
    private readonly ModelChanges _changes;
    private readonly ArrayBufferWriter<byte> _buffer = new();

    private GgufRewriter(GgufHeader header, ModelChanges changes)
    {
        _header = header;
        _changes = changes;
    }

    /// <summary>The new bytes of a file; a view of the source, which has to outlive it.</summary>
    /// <param name="source">The model.</param>
    /// <param name="path">One of its files.</param>
    /// <param name="changes">What changes.</param>
    public static ByteSource Write(ModelSource source, string path, ModelChanges changes)
    {
        GgufHeader header = GgufHeaderReader.Read(source.File(path).Bytes, ReadLimits.Default, CancellationToken.None);
        return new GgufRewriter(header, changes).Write(path, source.Metadata.Tensors.Count);
    }

    private ConcatenatedByteSource Write(string path, int tensorsOfModel)
    {
        Dictionary<string, Action> added = new(StringComparer.Ordinal);
        foreach ((string key, string value) in _changes.Metadata)
        {
            added[key] = () => WriteText(key, value);
        }

        if (_changes.Omitted.Count > 0 && _header.Metadata.ContainsKey(GgufConstants.SplitTensorsCountKey))
        {
            added[GgufConstants.SplitTensorsCountKey] = () => WriteInt32(GgufConstants.SplitTensorsCountKey, tensorsOfModel - _changes.Omitted.Count);
        }

        List<GgufTensorEntry> kept = [.. _header.Tensors.Where(entry => !_changes.Omitted.Contains(entry.Name))];
        List<ByteSource> metadata = [];
        for (int i = 0; i < _header.Metadata.Count; i++)
        {
            (long start, long length) = _header.MetadataRanges[i];
            if (!added.ContainsKey(_header.Metadata.GetAt(i).Key))
            {
                metadata.Add(_header.Source.Slice(start, length));
            }
        }

        WriteCount((ulong)kept.Count);
        WriteCount((ulong)(metadata.Count + added.Count));
        List<ByteSource> parts = [_header.Source.Slice(0, 8), Flush(path), .. metadata];
        foreach (Action entry in added.Values)
        {
            entry();
        }

        WriteTable(kept);
        parts.Add(Flush(path));
        if (kept.Count > 0)
        {
            AddPadding(parts, path, parts.Sum(part => part.Length));
        }

        foreach (GgufTensorEntry entry in kept)
        {
            ByteSource content = Content(entry);
            parts.Add(content);
            AddPadding(parts, path, content.Length);
        }

        return new ConcatenatedByteSource(path, parts);
    }

    private ByteSource Content(GgufTensorEntry entry)
    {
        if (!_changes.Changed.TryGetValue(entry.Name, out TensorChange? change))
        {
            return _header.Source.Slice(_header.DataStart + entry.Offset, entry.SizeBytes);
        }

        BlockLayout layout = change.Dtype.Layout();
        return _header.Order == ByteOrder.Little || layout.IsByteOrderFree ? change.Content : new ByteOrderByteSource(change.Content, layout);
    }

    private void WriteTable(List<GgufTensorEntry> kept)
    {
        long offset = 0;
        foreach (GgufTensorEntry entry in kept)
        {
            TensorDtype dtype = _changes.Changed.TryGetValue(entry.Name, out TensorChange? change) ? change.Dtype : entry.Dtype;
            if (!GgufConstants.TryGetTypeId(dtype, out uint id))
            {
                throw new StoreException(RewriteErrorCodes.Dtype, entry.Name, $"GGUF has no encoding {dtype}");
            }

            WriteString(entry.Name);
            WriteNumber((ulong)entry.Shape.Rank, 4);
            foreach (long dimension in entry.Shape.Dimensions.Reverse())
            {
                WriteCount((ulong)dimension);
            }

            WriteNumber(id, 4);
            WriteNumber((ulong)offset, 8);
            offset = GgufTensorTableReader.Pad(offset + (change?.Content.Length ?? entry.SizeBytes), _header.Alignment);
        }
    }

    private void WriteText(string key, string value)
    {
        WriteString(key);
        WriteNumber(StringType, 4);
        WriteString(value);
    }

    private void WriteInt32(string key, int value)
    {
        WriteString(key);
        WriteNumber(Int32Type, 4);
        WriteNumber((uint)value, 4);
    }

    private void WriteString(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        WriteCount((ulong)bytes.Length);
        _buffer.Write(bytes);
    }

    private void WriteCount(ulong value) => WriteNumber(value, _header.Version == 1 ? 4 : 8);

    private void WriteNumber(ulong value, int width)
    {
        Span<byte> bytes = stackalloc byte[8];
        bool isLittle = _header.Order == ByteOrder.Little;
        if (isLittle)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        }

        _buffer.Write(isLittle ? bytes[..width] : bytes[(8 - width)..]);
    }

    private MemoryByteSource Flush(string path)
    {
        MemoryByteSource written = new(path, _buffer.WrittenSpan.ToArray());
        _buffer.Clear();
        return written;
    }

    private void AddPadding(List<ByteSource> parts, string path, long length) =>
        parts.Add(new ZeroByteSource(path, GgufTensorTableReader.Pad(length, _header.Alignment) - length));
}
