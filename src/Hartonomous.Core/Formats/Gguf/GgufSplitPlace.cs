using System.Buffers.Binary;
using System.Text;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>A file's place in a split model, as its metadata say it.</summary>
/// <param name="Number">Number of the file, from 0.</param>
/// <param name="Count">Number of files.</param>
/// <param name="Tensors">Number of tensors in all files.</param>
internal readonly record struct GgufSplitPlace(int Number, int Count, int Tensors)
{
    /// <summary>Number of metadata entries that say it.</summary>
    public const int EntryCount = 3;

    /// <summary>
    /// The entries: <c>split.no</c> and <c>split.count</c>, UINT16, and <c>split.tensors.count</c>, INT32, the types that llama.cpp's
    /// <c>gguf-split</c> gives them.
    /// </summary>
    public byte[] WriteEntries(uint version, ByteOrder order)
    {
        List<byte> bytes = [];
        WriteEntry(bytes, GgufConstants.SplitNoKey, GgufValueType.UINT16, Number, version, order);
        WriteEntry(bytes, GgufConstants.SplitCountKey, GgufValueType.UINT16, Count, version, order);
        WriteEntry(bytes, GgufConstants.SplitTensorsCountKey, GgufValueType.INT32, Tensors, version, order);
        return [.. bytes];
    }

    private static void WriteEntry(List<byte> bytes, string key, GgufValueType type, long value, uint version, ByteOrder order)
    {
        // Lengths have 32 bits in version 1, 64 since.
        WriteNumber(bytes, key.Length, version == 1 ? 4 : 8, order);
        bytes.AddRange(Encoding.ASCII.GetBytes(key));
        WriteNumber(bytes, (long)type, 4, order);
        WriteNumber(bytes, value, type == GgufValueType.UINT16 ? 2 : 4, order);
    }

    private static void WriteNumber(List<byte> bytes, long value, int width, ByteOrder order)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, value);
        number = number[..width];
        if (order == ByteOrder.Big)
        {
            number.Reverse();
        }

        bytes.AddRange(number);
    }
}
