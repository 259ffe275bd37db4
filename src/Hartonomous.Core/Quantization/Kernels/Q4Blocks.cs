using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>Q4_0: d binary16, 16 bytes of two values; (q - 8) * d.</summary>
internal readonly struct Q4_0Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 18;

    /// <inheritdoc/>
    public static int Runs => 1;

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
    public static int Value(ref byte block, int index) => BlockParts.Nibble(ref Unsafe.Add(ref block, 2), index) - 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        (Vector128<byte> low, Vector128<byte> high) = BlockParts.Nibbles(Vector128.LoadUnsafe(ref block, 2));
        first = low.AsSByte() - Vector128.Create((sbyte)8);
        second = high.AsSByte() - Vector128.Create((sbyte)8);
    }
}

/// <summary>Q4_1: d and m binary16, 16 bytes of two values; q * d + m.</summary>
internal readonly struct Q4_1Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 20;

    /// <inheritdoc/>
    public static int Runs => 1;

    /// <inheritdoc/>
    public static bool ManyScales => false;

    /// <inheritdoc/>
    public static bool HasMinimum => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scales(ref byte block, int run, out float first, out float second) =>
        first = second = BlockParts.Half(ref block, 0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Minimum(ref byte block) => BlockParts.Half(ref block, 2);

    /// <inheritdoc/>
    public static int Value(ref byte block, int index) => BlockParts.Nibble(ref Unsafe.Add(ref block, 4), index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        (Vector128<byte> low, Vector128<byte> high) = BlockParts.Nibbles(Vector128.LoadUnsafe(ref block, 4));
        first = low.AsSByte();
        second = high.AsSByte();
    }
}
