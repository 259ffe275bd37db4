using System.Buffers.Binary;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The beginning of an HDF5 file (specification, II.A): versions 0 to 3.</summary>
/// <param name="Version">0 to 3.</param>
/// <param name="Base">Where the superblock lies. All addresses count from here, whatever base address it names, as in the HDF5
/// library.</param>
/// <param name="OffsetSize">Width of addresses: 2, 4 or 8 bytes.</param>
/// <param name="LengthSize">Width of lengths: 2, 4 or 8 bytes.</param>
/// <param name="Root">Address of the root group's object header.</param>
internal sealed record Hdf5Superblock(int Version, long Base, int OffsetSize, int LengthSize, long Root)
{
    private const int FirstUserBlock = 512;
    private const int LongestSuperblock = 128;
    private const int WidthsAt01 = 13;
    private const int WidthsAt23 = 9;

    /// <summary>The eight bytes an HDF5 file is known by.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>
    /// Where among the first bytes of a file the signature is, or -1. It may follow a block of the user's own of 512 × 2^n bytes.
    /// </summary>
    public static long Find(ReadOnlySpan<byte> header)
    {
        for (int at = 0; at + Signature.Length <= header.Length; at = at == 0 ? FirstUserBlock : 2 * at)
        {
            if (header[at..].StartsWith(Signature))
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Finds and reads the superblock.</summary>
    public static Hdf5Superblock Read(ByteSource source)
    {
        long at = Find(source);
        if (at < 0)
        {
            throw new ModelFormatException(
                Hdf5ErrorCodes.Signature, source.Name, 0, "the HDF5 signature is not at the beginning, nor at 512, 1024, 2048 and so on");
        }

        byte[] bytes = new byte[Math.Min(LongestSuperblock, source.Length - at)];
        source.ReadExactly(at, bytes);
        byte version = bytes.Length > Signature.Length ? bytes[Signature.Length] : throw Cut(source, at);
        int widthsAt = version switch
        {
            0 or 1 => WidthsAt01,
            2 or 3 => WidthsAt23,
            _ => throw new ModelFormatException(
                Hdf5ErrorCodes.Superblock, source.Name, at + Signature.Length, $"the superblock is of version {version}; 0 to 3 are known"),
        };
        if (bytes.Length < widthsAt + 2)
        {
            throw Cut(source, at);
        }

        int offsetSize = bytes[widthsAt];
        int lengthSize = bytes[widthsAt + 1];
        if (offsetSize is not (2 or 4 or 8) || lengthSize is not (2 or 4 or 8))
        {
            throw new ModelFormatException(
                Hdf5ErrorCodes.Superblock,
                source.Name,
                at + widthsAt,
                $"addresses have {offsetSize} bytes and lengths {lengthSize}; 2, 4 and 8 are possible");
        }

        Hdf5Superblock widths = new(version, at, offsetSize, lengthSize, Hdf5Reader.Undefined);
        Hdf5Block block = new(new Hdf5Reader(source, widths, ReadLimits.Default, CancellationToken.None), bytes, at);
        return version < 2 ? Read01(block, widths) : Read23(block, widths);
    }

    private static Hdf5Superblock Read01(Hdf5Block block, Hdf5Superblock widths)
    {
        // Signature, versions and widths, the sizes of nodes, which the nodes tell themselves, and flags.
        block.Skip(widths.Version == 0 ? 24 : 28);
        long baseAddress = block.Address();
        _ = block.Address();
        CheckEnd(block, baseAddress, widths);
        _ = block.Address();
        _ = block.Address();
        return widths with { Root = block.Address() };
    }

    private static Hdf5Superblock Read23(Hdf5Block block, Hdf5Superblock widths)
    {
        block.Skip(12);
        long baseAddress = block.Address();
        _ = block.Address();
        int endAt = block.Position;
        _ = block.Address();
        Hdf5Superblock read = widths with { Root = block.Address() };
        block.VerifyChecksum("the superblock");
        Hdf5Block again = new(block.Reader, block.Memory, widths.Base);
        again.Skip(endAt);
        CheckEnd(again, baseAddress, widths);
        return read;
    }

    private static void CheckEnd(Hdf5Block block, long baseAddress, Hdf5Superblock widths)
    {
        long at = block.Offset;
        long end = block.Address();
        long length = block.Reader.Source.Length;
        if (end != Hdf5Reader.Undefined && end - Math.Max(baseAddress, 0) > length - widths.Base)
        {
            throw block.Reader.Error(Hdf5ErrorCodes.Truncated, at, $"the file is to end at {end}, but has {length} bytes");
        }
    }

    /// <summary>Where in a file the signature is, or -1.</summary>
    public static long Find(ByteSource source)
    {
        Span<byte> bytes = stackalloc byte[8];
        for (long at = 0; at <= source.Length - bytes.Length; at = at == 0 ? FirstUserBlock : 2 * at)
        {
            source.ReadExactly(at, bytes);
            if (BinaryPrimitives.ReadUInt64BigEndian(bytes) == BinaryPrimitives.ReadUInt64BigEndian(Signature))
            {
                return at;
            }
        }

        return -1;
    }

    private static ModelFormatException Cut(ByteSource source, long at) =>
        new(Hdf5ErrorCodes.Truncated, source.Name, at, "the file ends within its superblock");
}
