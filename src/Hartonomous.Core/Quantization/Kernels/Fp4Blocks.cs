using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>
/// MXFP4: a scale of E8M0, 16 bytes of two E2M1. The values are doubled and the scale halved, 2^(e - 128); it has no NaN: 255 is 2^127.
/// </summary>
internal readonly struct MXFP4Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 17;

    /// <inheritdoc/>
    public static int Runs => 1;

    /// <inheritdoc/>
    public static bool ManyScales => false;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales(ref byte block, int run, out float first, out float second)
    {
        uint exponent = block;
        first = second = BitConverter.UInt32BitsToSingle(exponent < 2 ? 0x0020_0000u << (int)exponent : (exponent - 1) << 23);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(ref byte block) => 0;

    /// <inheritdoc/>
    public static int Value(ref byte block, int index) => DoubledE2M1.Of(BlockParts.Nibble(ref Unsafe.Add(ref block, 1), index));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        (Vector128<byte> low, Vector128<byte> high) = BlockParts.Nibbles(Vector128.LoadUnsafe(ref block, 1));
        first = DoubledE2M1.Of(low);
        second = DoubledE2M1.Of(high);
    }
}

/// <summary>
/// NVFP4: four scales of unsigned E4M3, one for each 16 values, 32 bytes of two E2M1. The values are doubled and the scales halved. As in
/// ggml, a scale of 0x7F, the NaN of E4M3, is 0, and the highest bit is not looked at otherwise.
/// </summary>
internal readonly struct NVFP4Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 36;

    /// <inheritdoc/>
    public static int Runs => 2;

    /// <inheritdoc/>
    public static bool ManyScales => true;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales(ref byte block, int run, out float first, out float second)
    {
        ushort pair = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref block, 2 * run));
        Vector128<uint> codes = Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(pair).AsByte()));
        Vector128<uint> shifted = (codes & Vector128.Create(0x7Fu)) << 20;
        // Bias 7, halved: 2^(exponent - 8). Without an exponent the fraction is put into that of 2^-7, which is then taken away.
        Vector128<uint> normal = shifted + Vector128.Create(119u << 23);
        Vector128<uint> power = Vector128.Create(120u << 23);
        Vector128<uint> small = ((shifted + power).AsSingle() - power.AsSingle()).AsUInt32();
        Vector128<uint> isSmall = Vector128.LessThan(shifted.AsInt32(), Vector128.Create(1 << 23)).AsUInt32();
        Vector128<uint> isNan = Vector128.Equals(codes, Vector128.Create(0x7Fu));
        Vector128<float> scales = Vector128.AndNot(Vector128.ConditionalSelect(isSmall, small, normal), isNan).AsSingle();
        first = scales.GetElement(0);
        second = scales.GetElement(1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(ref byte block) => 0;

    /// <inheritdoc/>
    public static int Value(ref byte block, int index)
    {
        int half = index / 16;
        int nibbles = Unsafe.Add(ref block, 4 + (8 * half) + (index % 8));
        return DoubledE2M1.Of((nibbles >> (index % 16 / 8 * 4)) & 15);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        // The lower halves of eight bytes, then their upper halves, are the 16 values of a scale.
        ref byte nibbles = ref Unsafe.Add(ref block, 4 + (16 * run));
        ulong eight = Unsafe.ReadUnaligned<ulong>(ref nibbles);
        first = DoubledE2M1.Of(Vector128.Create(eight, eight >> 4).AsByte() & Vector128.Create((byte)15));
        eight = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref nibbles, 8));
        second = DoubledE2M1.Of(Vector128.Create(eight, eight >> 4).AsByte() & Vector128.Create((byte)15));
    }
}

/// <summary>Twice the values of E2M1, which are whole numbers. The code of minus zero is 0.</summary>
internal static class DoubledE2M1
{
    private static ReadOnlySpan<sbyte> Values => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>The value of a code of four bits.</summary>
    public static int Of(int code) => Values[code];

    /// <summary>The values of 16 codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Of(Vector128<byte> codes) => Vector128.ShuffleNative(Vector128.Create(Values), codes.AsSByte());
}
