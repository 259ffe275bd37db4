using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Unicode;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// Reads one opcode after the other, with its argument. Long texts and all bytes are passed over unread, so that what is kept stays
/// within <see cref="ReadLimits.PickleTextTotal"/>.
/// </summary>
/// <param name="reader">The bytes; stands behind the last opcode that was read.</param>
/// <param name="part">What the pickle is in its file, for errors (<c>data.pkl</c>).</param>
/// <param name="start">Where in the file the reader's bytes begin.</param>
/// <param name="budget">What may still be read of the file's pickles.</param>
internal sealed class PickleDecoder(ByteReader reader, string part, long start, PickleBudget budget)
{
    private const int MaxLine = 4096;
    private const int MaxNumberBytes = 64;

    private long _frameEnd = -1;

    /// <summary>Where in the file the next opcode stands.</summary>
    public long Offset => start + reader.Position;

    /// <summary>Bytes behind the last opcode.</summary>
    public long Remaining => reader.Remaining;

    /// <summary>Reads the next opcode.</summary>
    public PickleToken Read()
    {
        if (reader.Position == _frameEnd)
        {
            _frameEnd = -1;
        }

        long offset = Offset;
        budget.CountOpcode(this);
        PickleOpcode opcode = (PickleOpcode)Take(1)[0];
        PickleToken token = ReadArgument(opcode, offset);
        return _frameEnd < 0 || reader.Position <= _frameEnd
            ? token
            : throw Error(PickleErrorCodes.Frame, offset, "an opcode reaches beyond its frame");
    }

    /// <summary>An error at a place in the file.</summary>
    public ModelFormatException Error(string code, long offset, string problem) =>
        new(code, reader.Source.Name, offset, $"{part}: {problem}");

    private PickleToken ReadArgument(PickleOpcode opcode, long offset)
    {
        switch (opcode)
        {
            case PickleOpcode.Proto or PickleOpcode.BinInt1 or PickleOpcode.BinGet or PickleOpcode.BinPut or PickleOpcode.Ext1:
                return new(opcode, offset, Take(1)[0], null);
            case PickleOpcode.BinInt2 or PickleOpcode.Ext2:
                return new(opcode, offset, BinaryPrimitives.ReadUInt16LittleEndian(Take(2)), null);
            case PickleOpcode.BinInt or PickleOpcode.Ext4:
                return new(opcode, offset, BinaryPrimitives.ReadInt32LittleEndian(Take(4)), null);
            case PickleOpcode.LongBinGet or PickleOpcode.LongBinPut:
                return new(opcode, offset, BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), null);
            case PickleOpcode.BinFloat:
                return new(opcode, offset, 0, BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
            case PickleOpcode.Long1:
                return ReadLong(opcode, offset, Take(1)[0]);
            case PickleOpcode.Long4:
                return ReadLong(opcode, offset, BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
            case PickleOpcode.ShortBinUnicode:
                return new(opcode, offset, 0, ReadText(Take(1)[0], offset, false));
            case PickleOpcode.BinUnicode:
                return new(opcode, offset, 0, ReadText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), offset, false));
            case PickleOpcode.BinUnicode8:
                return new(opcode, offset, 0, ReadText(BinaryPrimitives.ReadInt64LittleEndian(Take(8)), offset, false));
            case PickleOpcode.ShortBinString:
                return new(opcode, offset, 0, ReadText(Take(1)[0], offset, true));
            case PickleOpcode.BinString:
                return new(opcode, offset, 0, ReadText(BinaryPrimitives.ReadInt32LittleEndian(Take(4)), offset, true));
            case PickleOpcode.ShortBinBytes:
                return Skip(opcode, offset, Take(1)[0]);
            case PickleOpcode.BinBytes:
                return Skip(opcode, offset, BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
            case PickleOpcode.BinBytes8 or PickleOpcode.ByteArray8:
                return Skip(opcode, offset, BinaryPrimitives.ReadInt64LittleEndian(Take(8)));
            case PickleOpcode.Global or PickleOpcode.Inst:
                string module = ReadLine(offset);
                return new(opcode, offset, 0, new PickleGlobal(module, ReadLine(offset)));
            case PickleOpcode.Float or PickleOpcode.Int or PickleOpcode.Long or PickleOpcode.PersId or PickleOpcode.String
                or PickleOpcode.Unicode or PickleOpcode.Get or PickleOpcode.Put:
                return new(opcode, offset, 0, ReadLine(offset));
            case PickleOpcode.Frame:
                BeginFrame(offset, BinaryPrimitives.ReadInt64LittleEndian(Take(8)));
                return new(opcode, offset, 0, null);
            default:
                return Enum.IsDefined(opcode)
                    ? new(opcode, offset, 0, null)
                    : throw Error(PickleErrorCodes.Opcode, offset, $"0x{(byte)opcode:X2} is no opcode of a pickle");
        }
    }

    private PickleToken ReadLong(PickleOpcode opcode, long offset, long length)
    {
        Require(length, offset);
        if (length > MaxNumberBytes)
        {
            return Skip(opcode, offset, length);
        }

        BigInteger number = new(Take((int)length));
        return number >= long.MinValue && number <= long.MaxValue
            ? new(opcode, offset, 0, (long)number)
            : new(opcode, offset, 0, number);
    }

    // Strings of Python 2 are bytes in whatever encoding; only those that are ASCII are known as text.
    private object ReadText(long length, long offset, bool isBytes)
    {
        Require(length, offset);
        if (length > budget.Limits.PickleTextBytes)
        {
            reader.Skip(length, part);
            return new PickleOpaque("long text");
        }

        budget.CountText(this, offset, length);
        byte[] bytes = reader.ReadBytes((int)length, part);
        if (isBytes)
        {
            return Ascii.IsValid(bytes) ? Encoding.ASCII.GetString(bytes) : new PickleOpaque("bytes");
        }

        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        // Python writes halves of surrogate pairs, which no name of a weight has, in the manner of UTF-8.
        return bytes.AsSpan().Contains((byte)0xED)
            ? new PickleOpaque("text with halves of surrogate pairs")
            : throw Error(PickleErrorCodes.Text, offset, "a text is no UTF-8");
    }

    private string ReadLine(long offset)
    {
        List<byte> line = [];
        for (byte value = Take(1)[0]; value != (byte)'\n'; value = Take(1)[0])
        {
            if (line.Count == MaxLine)
            {
                throw Error(PickleErrorCodes.Length, offset, $"a name has more than {MaxLine} bytes");
            }

            line.Add(value);
        }

        budget.CountText(this, offset, line.Count);
        byte[] bytes = [.. line];
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes)
            .TrimEnd('\r') : throw Error(PickleErrorCodes.Text, offset, "a name is no UTF-8");
    }

    private void BeginFrame(long offset, long length)
    {
        if (_frameEnd >= 0 || length < 0 || length > reader.Remaining)
        {
            throw Error(
                PickleErrorCodes.Frame, offset,
                $"a frame of {(ulong)length} bytes lies within another or beyond the end; {reader.Remaining} bytes remain");
        }

        _frameEnd = reader.Position + length;
    }

    private PickleToken Skip(PickleOpcode opcode, long offset, long length)
    {
        Require(length, offset);
        reader.Skip(length, part);
        return new(opcode, offset, length, null);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > reader.Remaining)
        {
            throw Error(PickleErrorCodes.Truncated, Offset,
                $"{count} bytes are needed, but {reader.Remaining} remain, and no STOP has come");
        }

        return reader.Take(count, part);
    }

    private void Require(long length, long offset)
    {
        if (length < 0)
        {
            throw Error(PickleErrorCodes.Length, offset, $"a length is {length}, or above 2^63 - 1");
        }

        if (length > reader.Remaining)
        {
            throw Error(PickleErrorCodes.Truncated, offset, $"a value of {length} bytes is announced, but {reader.Remaining} remain");
        }
    }
}
