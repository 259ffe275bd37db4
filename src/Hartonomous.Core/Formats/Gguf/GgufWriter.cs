using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>
/// Writes the headers of GGUF files, version 3, little-endian (ggml, <c>docs/gguf.md</c>). The tensors' bytes follow the header in its order,
/// each filled up with zeros to a multiple of the alignment.
/// </summary>
internal sealed class GgufWriter
{
    private readonly ArrayBufferWriter<byte> _entries = new();
    private long _entryCount;

    /// <summary>Adds metadata entries as another file of version 2 or 3 and this byte order holds them.</summary>
    public void AddRaw(ReadOnlySpan<byte> entries, int count)
    {
        _entries.Write(entries);
        _entryCount += count;
    }

    /// <summary>Adds a UINT32.</summary>
    public void Add(string key, uint value)
    {
        WriteText(_entries, key);
        WriteUInt32(_entries, (uint)GgufValueType.UINT32);
        WriteUInt32(_entries, value);
        _entryCount++;
    }

    /// <summary>Adds a STRING.</summary>
    public void Add(string key, string value)
    {
        WriteText(_entries, key);
        WriteUInt32(_entries, (uint)GgufValueType.STRING);
        WriteText(_entries, value);
        _entryCount++;
    }

    /// <summary>The header of a file with these tensors, filled up to where the first of them begins.</summary>
    /// <param name="tensors">Name, encoding and shape of each, which GGUF can hold.</param>
    /// <param name="alignment">Alignment of the tensor data in bytes, as the metadata have it.</param>
    public byte[] WriteHeader(IReadOnlyList<(string Name, TensorDtype Dtype, TensorShape Shape)> tensors, uint alignment)
    {
        ArrayBufferWriter<byte> header = new();
        header.Write(GgufConstants.Magic);
        WriteUInt32(header, GgufConstants.LastVersion);
        WriteInt64(header, tensors.Count);
        WriteInt64(header, _entryCount);
        header.Write(_entries.WrittenSpan);
        long offset = 0;
        foreach ((string name, TensorDtype dtype, TensorShape shape) in tensors)
        {
            if (!GgufConstants.TryGetTypeId(dtype, out uint type) || !dtype.TryGetByteCount(shape.ElementCount, out long size))
            {
                throw new ArgumentException($"GGUF cannot hold {ErrorText.Quote(name)}, {dtype} {shape}.", nameof(tensors));
            }

            WriteText(header, name);
            WriteUInt32(header, (uint)shape.Rank);
            for (int i = shape.Rank - 1; i >= 0; i--)
            {
                WriteInt64(header, shape.Dimensions[i]); // innermost first
            }

            WriteUInt32(header, type);
            WriteInt64(header, offset);
            offset = checked(GgufTensorTableReader.Pad(offset + size, alignment));
        }

        int padding = (int)(GgufTensorTableReader.Pad(header.WrittenCount, alignment) - header.WrittenCount);
        header.GetSpan(padding + 1)[..padding].Clear();
        header.Advance(padding);
        return header.WrittenSpan.ToArray();
    }

    private static void WriteText(ArrayBufferWriter<byte> buffer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        WriteInt64(buffer, bytes.Length);
        buffer.Write(bytes);
    }

    private static void WriteUInt32(ArrayBufferWriter<byte> buffer, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(sizeof(uint)), value);
        buffer.Advance(sizeof(uint));
    }

    private static void WriteInt64(ArrayBufferWriter<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), value);
        buffer.Advance(sizeof(long));
    }
}
