using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Hartonomous.Core.Formats.IO;

/// <summary>
/// CRC-32C (Castagnoli, RFC 3720 appendix B.4), by the processor's instruction where it has one. A running value begins with
/// <see cref="Start"/>, goes through <see cref="Append"/> and ends with <see cref="Finish"/>.
/// </summary>
internal static class Crc32C
{
    /// <summary>The running value before any byte.</summary>
    public const uint Start = uint.MaxValue;

    // So that the checksum of data that hold checksums of themselves stays meaningful (LevelDB, util/crc32c.h).
    private const uint MaskDelta = 0xA282EAD8;

    // The instruction takes three cycles, but one can begin in each: three runs of bytes go side by side.
    private const int RunBytes = 4096;

    /// <summary>What a running value becomes by a run of zeros, for each byte of it: the checksum is linear.</summary>
    private static readonly uint[] Skip = MakeSkip();

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Finish(Append(Start, bytes));

    /// <summary>The running value after more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 3 * RunBytes; bytes = bytes[(3 * RunBytes)..])
        {
            ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(bytes[..RunBytes]);
            ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(RunBytes, RunBytes));
            ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(2 * RunBytes, RunBytes));
            (uint a, uint b, uint c) = (crc, 0, 0);
            for (int i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
            {
                a = BitOperations.Crc32C(a, LittleEndian(first[i]));
                b = BitOperations.Crc32C(b, LittleEndian(second[i]));
                c = BitOperations.Crc32C(c, LittleEndian(third[i]));
            }

            crc = SkipRun(SkipRun(a) ^ b) ^ c;
        }

        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }

    /// <summary>The checksum that a running value stands for.</summary>
    public static uint Finish(uint crc) => ~crc;

    /// <summary>A checksum as LevelDB and TensorFlow store it: turned right by 15 bits, plus a constant.</summary>
    public static uint Mask(uint crc) => unchecked(BitOperations.RotateRight(crc, 15) + MaskDelta);

    private static ulong LittleEndian(ulong value) => BitConverter.IsLittleEndian ? value : BinaryPrimitives.ReverseEndianness(value);

    /// <summary>The running value after <see cref="RunBytes"/> zeros.</summary>
    private static uint SkipRun(uint crc) =>
        Skip[(byte)crc] ^ Skip[256 + (byte)(crc >> 8)] ^ Skip[512 + (byte)(crc >> 16)] ^ Skip[768 + (int)(crc >> 24)];

    private static uint[] MakeSkip()
    {
        uint[] table = new uint[4 * 256];
        for (int bit = 0; bit < 32; bit++)
        {
            uint crc = 1u << bit;
            for (int i = 0; i < RunBytes / sizeof(ulong); i++)
            {
                crc = BitOperations.Crc32C(crc, 0ul);
            }

            for (int value = 0; value < 256; value++)
            {
                table[(bit / 8 * 256) + value] ^= (uint)((value >> (bit % 8)) & 1) * crc;
            }
        }

        return table;
    }
}
