using System.Buffers.Binary;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The bytes of one structure, with a cursor that never leaves them.</summary>
/// <param name="reader">The file the structure is of: widths of addresses and lengths, name for errors.</param>
/// <param name="bytes">The structure.</param>
/// <param name="offset">Where in the file it begins, for errors.</param>
internal sealed class Hdf5Block(Hdf5Reader reader, ReadOnlyMemory<byte> bytes, long offset)
{
    /// <summary>The file.</summary>
    public Hdf5Reader Reader => reader;

    /// <summary>Where the next read begins, from the structure's beginning.</summary>
    public int Position { get; private set; }

    /// <summary>Bytes between <see cref="Position"/> and the end.</summary>
    public int Remaining => bytes.Length - Position;

    /// <summary>Length of the structure.</summary>
    public int Length => bytes.Length;

    /// <summary>Where in the file the next read begins.</summary>
    public long Offset => offset + Position;

    /// <summary>All bytes of the structure.</summary>
    public ReadOnlyMemory<byte> Memory => bytes;

    /// <summary>All bytes of the structure.</summary>
    public ReadOnlySpan<byte> Span => bytes.Span;

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A little-endian number of 1 to 8 bytes.</summary>
    public ulong UInt(int width)
    {
        ulong value = 0;
        ReadOnlySpan<byte> taken = Take(width);
        for (int i = width - 1; i >= 0; i--)
        {
            value = (value << 8) | taken[i];
        }

        return value;
    }

    /// <summary>An address from the beginning of the superblock, or <see cref="Hdf5Reader.Undefined"/>.</summary>
    public long Address()
    {
        long at = Offset;
        ulong value = UInt(reader.OffsetSize);
        ulong undefined = ulong.MaxValue >> (64 - (8 * reader.OffsetSize));
        return value == undefined ? Hdf5Reader.Undefined
            : value <= long.MaxValue / 2 ? (long)value
            : throw reader.Error(Hdf5ErrorCodes.Address, at, $"the address {value} leads out of any file");
    }

    /// <summary>A length. Lengths beyond 2^63 - 1 are given as that, which no check lets pass.</summary>
    public long LengthField() => (long)Math.Min(UInt(reader.LengthSize), long.MaxValue);

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        Require(count);
        ReadOnlySpan<byte> taken = bytes.Span.Slice(Position, count);
        Position += count;
        return taken;
    }

    /// <summary>The next bytes as a block of their own.</summary>
    public Hdf5Block TakeBlock(int count)
    {
        Require(count);
        Hdf5Block taken = new(reader, bytes.Slice(Position, count), Offset);
        Position += count;
        return taken;
    }

    public void Skip(int count)
    {
        Require(count);
        Position += count;
    }

    /// <summary>Passes over padding to a multiple of 8 from <paramref name="start"/>; at the very end it may be left out.</summary>
    public void Align8(int start)
    {
        int over = (Position - start) % 8;
        Position += over == 0 ? 0 : Math.Min(8 - over, Remaining);
    }

    /// <summary>Bytes up to a NUL, which is passed over.</summary>
    public ReadOnlySpan<byte> TakeTerminated(string code, string what)
    {
        int end = bytes.Span[Position..].IndexOf((byte)0);
        if (end < 0)
        {
            throw reader.Error(code, Offset, $"{what} has no NUL at its end");
        }

        ReadOnlySpan<byte> taken = bytes.Span.Slice(Position, end);
        Position += end + 1;
        return taken;
    }

    /// <summary>Fails unless the next bytes are a signature of four letters.</summary>
    public void Expect(ReadOnlySpan<byte> signature, string code, string what)
    {
        long at = Offset;
        if (!Take(signature.Length).SequenceEqual(signature))
        {
            throw reader.Error(code, at, $"{what} does not begin with its signature");
        }
    }

    /// <summary>Fails unless the next byte is a version that is known.</summary>
    public void ExpectVersion(byte version, string code, string what)
    {
        long at = Offset;
        byte found = U8();
        if (found != version)
        {
            throw reader.Error(code, at, $"{what} is of version {found}; {version} is known");
        }
    }

    /// <summary>Reads the checksum that follows and holds it against all bytes before it.</summary>
    public void VerifyChecksum(string what)
    {
        long at = Offset;
        uint computed = Hdf5Checksum.Lookup3(bytes.Span[..Position]);
        uint stored = U32();
        if (stored != computed)
        {
            throw reader.Error(Hdf5ErrorCodes.Checksum, at, $"the checksum of {what} is {computed:x8}, {stored:x8} is stored");
        }
    }

    private void Require(int count)
    {
        if (count < 0 || count > Remaining)
        {
            throw reader.Error(Hdf5ErrorCodes.Truncated, Offset, $"{count} bytes are needed, but the structure has {Remaining} left");
        }
    }
}
