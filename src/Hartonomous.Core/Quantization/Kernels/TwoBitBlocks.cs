using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>Q2_0: d binary16, 16 bytes of four values side by side; (q - 1) * d.</summary>
internal readonly struct Q2_0Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 18;

    /// <inheritdoc/>
    public static int Runs => 2;

    /// <inheritdoc/>
    public static bool ManyScales => false;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales(ref byte block, int run, out float first, out float second) =>
        first = second = BlockParts.Half(ref block, 0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(ref byte block) => 0;

    /// <inheritdoc/>
    public static int Value(ref byte block, int index) => ((Unsafe.Add(ref block, 2 + (index / 4)) >> (2 * (index % 4))) & 3) - 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        ref byte values = ref Unsafe.Add(ref block, 2 + (8 * run));
        first = TwoBits.Unpack(ref values).AsSByte() - Vector128<sbyte>.One;
        second = TwoBits.Unpack(ref Unsafe.Add(ref values, 4)).AsSByte() - Vector128<sbyte>.One;
    }
}

/// <summary>TQ2_0: 64 bytes, d binary16; a byte holds four values 32 apart; (q - 1) * d.</summary>
internal readonly struct TQ2_0Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 66;

    /// <inheritdoc/>
    public static int Runs => 8;

    /// <inheritdoc/>
    public static bool ManyScales => false;

    /// <inheritdoc/>
    public static bool HasMinimum => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales(ref byte block, int run, out float first, out float second) =>
        first = second = BlockParts.Half(ref block, 64);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(ref byte block) => 0;

    /// <inheritdoc/>
    public static int Value(ref byte block, int index) =>
        ((Unsafe.Add(ref block, (index / 128 * 32) + (index % 32)) >> (index / 32 % 4 * 2)) & 3) - 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        int offset = run / 4 * 32;
        int shift = run % 4 * 2;
        Vector128<byte> low = (Vector128.LoadUnsafe(ref block, (nuint)offset).AsUInt16() >> shift).AsByte();
        Vector128<byte> high = (Vector128.LoadUnsafe(ref block, (nuint)offset + 16).AsUInt16() >> shift).AsByte();
        first = (low & Vector128.Create((byte)3)).AsSByte() - Vector128<sbyte>.One;
        second = (high & Vector128.Create((byte)3)).AsSByte() - Vector128<sbyte>.One;
    }
}
