using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// The codebooks of the IQ1, IQ2 and IQ3 types, a byte a level, eight or four levels an entry with the first in the lowest byte; the sign patterns;
/// and what several of these types do with them.
/// </summary>
internal static unsafe class IqGrids
{
    /// <summary>What the lower offset adds to a byte of <see cref="Iq1S"/>.</summary>
    public const sbyte Iq1Shift = -2;

    private const float Iq1Offset = 0.125f;

    /// <summary>256 entries of eight.</summary>
    public static readonly ulong[] Iq2Xxs = Expand(IqGridData.Iq2Xxs, 256, 2, [8, 25, 43]);

    /// <summary>512 entries of eight.</summary>
    public static readonly ulong[] Iq2Xs = Expand(IqGridData.Iq2Xs, 512, 2, [8, 25, 43]);

    /// <summary>1024 entries of eight.</summary>
    public static readonly ulong[] Iq2S = Expand(IqGridData.Iq2S, 1024, 2, [8, 25, 43]);

    /// <summary>
    /// 2048 entries of eight, for IQ1_S and IQ1_M. A byte is eight times the level (-1, 0, 1) with the upper offset: <c>8 * level + 1</c>.
    /// </summary>
    public static readonly ulong[] Iq1S = Expand(IqGridData.Iq1S, 2048, 2, [-7, 1, 9]);

    /// <summary>256 entries of four.</summary>
    public static readonly uint[] Iq3Xxs = Halves(Expand(IqGridData.Iq3Xxs, 128, 3, [4, 12, 20, 28, 36, 44, 52, 62]));

    /// <summary>512 entries of four.</summary>
    public static readonly uint[] Iq3S = Halves(Expand(IqGridData.Iq3S, 256, 3, [1, 3, 5, 7, 9, 11, 13, 15]));

    /// <summary>For eight sign bits, the first in the lowest: 0xFF in the bytes that are negative.</summary>
    public static readonly ulong[] Signs = [.. Enumerable.Range(0, 256).Select(SignsOf)];

    /// <summary>The 128 patterns with an even number of negative signs: seven bits say the first seven signs, their parity the eighth.</summary>
    public static readonly ulong[] EvenSigns =
        [.. Enumerable.Range(0, 128).Select(bits => SignsOf(bits | ((int.PopCount(bits) & 1) << 7)))];

    /// <summary>The first element of a table, for reading with indices that cannot leave it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T First<T>(T[] table) => ref MemoryMarshal.GetArrayDataReference(table);

    /// <summary>Sixteen levels with their signs: of an entry x and a mask m of ones, <c>(x ^ m) - m</c> is -x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Signed(Vector128<ulong> levels, Vector128<ulong> signs) => (levels ^ signs).AsSByte() - signs.AsSByte();

    /// <summary>Sixteen levels with the signs of sixteen bits, the first in the lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Signed(Vector128<ulong> levels, ushort signs)
    {
        Vector128<byte> places = Vector128.Create(0x8040_2010_0804_0201).AsByte();
        Vector128<byte> spread = Vector128.Shuffle(
            Vector128.Create(signs).AsByte(), Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
        return Signed(levels, Vector128.Equals(spread & places, places).AsUInt64());
    }

    /// <summary>For sixteen packed 4-bit scales, <c>2 * scale + 1</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> OddScales(ulong packed)
    {
        Vector128<byte> scales = Bytes.Nibbles(packed);
        return (scales + scales + Vector128<byte>.One).AsSByte();
    }

    /// <summary>Writes eight levels with their signs, value by value.</summary>
    public static void WriteSigned(ulong levels, ulong signs, float scale, float* destination)
    {
        for (int i = 0; i < 8; i++)
        {
            float sign = (byte)(signs >> (8 * i)) != 0 ? -1f : 1f;
            destination[i] = scale * (byte)(levels >> (8 * i)) * sign;
        }
    }

    /// <summary>Writes eight levels of <see cref="Iq1S"/> with their offset, value by value.</summary>
    public static void WriteShifted(ulong levels, bool isLower, float scale, float* destination)
    {
        for (int i = 0; i < 8; i++)
        {
            int level = (sbyte)(levels >> (8 * i)) >> 3;
            destination[i] = scale * (level + (isLower ? -Iq1Offset : Iq1Offset));
        }
    }

    /// <summary>Entries of eight bytes from codes of 2 or 3 bits, the first code in the lowest bits.</summary>
    private static ulong[] Expand(string base64, int entries, int bitsPerCode, ReadOnlySpan<sbyte> levels)
    {
        byte[] packed = Convert.FromBase64String(base64);
        ulong[] table = new ulong[entries];
        for (int entry = 0; entry < entries; entry++)
        {
            ulong codes = 0;
            for (int i = bitsPerCode - 1; i >= 0; i--)
            {
                codes = (codes << 8) | packed[(entry * bitsPerCode) + i];
            }

            for (int i = 0; i < 8; i++)
            {
                int code = (int)(codes >> (bitsPerCode * i)) & ((1 << bitsPerCode) - 1);
                table[entry] |= (ulong)(byte)levels[code] << (8 * i);
            }
        }

        return table;
    }

    private static uint[] Halves(ulong[] table) => [.. table.SelectMany(pair => (uint[])[(uint)pair, (uint)(pair >> 32)])];

    private static ulong SignsOf(int bits) =>
        Enumerable.Range(0, 8).Aggregate(0UL, (mask, i) => ((bits >> i) & 1) == 0 ? mask : mask | (0xFFUL << (8 * i)));
}
