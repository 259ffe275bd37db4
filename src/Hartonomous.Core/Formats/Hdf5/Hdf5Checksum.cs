using System.Buffers.Binary;
using System.Numerics;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>The checksums of HDF5: Bob Jenkins' lookup3 for structures, Fletcher-32 for chunks.</summary>
internal static class Hdf5Checksum
{
    private const uint Seed = 0xDEADBEEF;

    // So many 16-bit words can be summed twice before 32 bits overflow.
    private const int FletcherRun = 360;

    /// <summary>lookup3's <c>hashlittle</c> with initial value 0 (burtleburtle.net/bob/c/lookup3.c, public domain).</summary>
    public static uint Lookup3(ReadOnlySpan<byte> bytes)
    {
        uint a = Seed + (uint)bytes.Length;
        uint b = a;
        uint c = a;
        while (bytes.Length > 12)
        {
            a += BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            b += BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            c += BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
            Mix(ref a, ref b, ref c);
            bytes = bytes[12..];
        }

        if (bytes.Length == 0)
        {
            return c;
        }

        Span<byte> tail = stackalloc byte[12];
        tail.Clear();
        bytes.CopyTo(tail);
        a += BinaryPrimitives.ReadUInt32LittleEndian(tail);
        b += BinaryPrimitives.ReadUInt32LittleEndian(tail[4..]);
        c += BinaryPrimitives.ReadUInt32LittleEndian(tail[8..]);
        return Finish(a, b, c);
    }

    /// <summary>Fletcher's sum over 16-bit big-endian words, an odd byte at the end as the upper half of a word.</summary>
    public static uint Fletcher32(ReadOnlySpan<byte> bytes)
    {
        uint sum1 = 0;
        uint sum2 = 0;
        while (bytes.Length >= 2)
        {
            int words = Math.Min(bytes.Length / 2, FletcherRun);
            for (int i = 0; i < words; i++)
            {
                sum1 += BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]);
                sum2 += sum1;
            }

            sum1 = Fold(sum1);
            sum2 = Fold(sum2);
            bytes = bytes[(2 * words)..];
        }

        if (bytes.Length == 1)
        {
            sum1 += (uint)bytes[0] << 8;
            sum2 += sum1;
            sum1 = Fold(sum1);
            sum2 = Fold(sum2);
        }

        return (Fold(sum2) << 16) | Fold(sum1);
    }

    private static uint Fold(uint sum) => (sum & 0xFFFF) + (sum >> 16);

    private static void Mix(ref uint a, ref uint b, ref uint c)
    {
        a = (a - c) ^ BitOperations.RotateLeft(c, 4);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 6);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 8);
        b += a;
        a = (a - c) ^ BitOperations.RotateLeft(c, 16);
        c += b;
        b = (b - a) ^ BitOperations.RotateLeft(a, 19);
        a += c;
        c = (c - b) ^ BitOperations.RotateLeft(b, 4);
        b += a;
    }

    private static uint Finish(uint a, uint b, uint c)
    {
        c = (c ^ b) - BitOperations.RotateLeft(b, 14);
        a = (a ^ c) - BitOperations.RotateLeft(c, 11);
        b = (b ^ a) - BitOperations.RotateLeft(a, 25);
        c = (c ^ b) - BitOperations.RotateLeft(b, 16);
        a = (a ^ c) - BitOperations.RotateLeft(c, 4);
        b = (b ^ a) - BitOperations.RotateLeft(a, 14);
        return (c ^ b) - BitOperations.RotateLeft(b, 24);
    }
}
