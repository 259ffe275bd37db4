using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>Q8_0: d binary16, 32 signed bytes; q * d.</summary>
internal readonly struct Q8_0Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 34;

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
    public static int Value(ref byte block, int index) => (sbyte)Unsafe.Add(ref block, 2 + index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        first = Vector128.LoadUnsafe(ref block, 2).AsSByte();
        second = Vector128.LoadUnsafe(ref block, 18).AsSByte();
    }
}

/// <summary>Q8_1: d and s binary16, 32 signed bytes; q * d. The sum s serves products of rows and is not needed here.</summary>
internal readonly struct Q8_1Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 36;

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
    public static int Value(ref byte block, int index) => (sbyte)Unsafe.Add(ref block, 4 + index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        first = Vector128.LoadUnsafe(ref block, 4).AsSByte();
        second = Vector128.LoadUnsafe(ref block, 20).AsSByte();
    }
}
