using System.Buffers.Binary;
using System.Numerics;

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

    /// <summary>The checksum of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes) => Finish(Append(Start, bytes));

    /// <summary>The running value after more bytes.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
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
}
