using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>Q5_0: d binary16, 32 fifth bits, 16 bytes of two values; (q - 16) * d.</summary>
internal readonly struct Q5_0Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 22;

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
    public static int Value(ref byte block, int index)
    {
        int fifth = (int)(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref block, 2)) >> index) & 1;
        return (BlockParts.Nibble(ref Unsafe.Add(ref block, 6), index) | (fifth << 4)) - 16;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        (Vector128<byte> low, Vector128<byte> high) = BlockParts.Nibbles(Vector128.LoadUnsafe(ref block, 6));
        (Vector128<byte> lowFifth, Vector128<byte> highFifth) = BlockParts.BitMasks(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref block, 2)));
        // Without its fifth bit a value is 16 less: the upper four bits of a negative number.
        first = (low | Vector128.AndNot(Vector128.Create((byte)0xF0), lowFifth)).AsSByte();
        second = (high | Vector128.AndNot(Vector128.Create((byte)0xF0), highFifth)).AsSByte();
    }
}

/// <summary>Q5_1: d and m binary16, 32 fifth bits, 16 bytes of two values; q * d + m.</summary>
internal readonly struct Q5_1Block : IByteBlock
{
    /// <inheritdoc/>
    public static int Bytes => 24;

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
    public static int Value(ref byte block, int index)
    {
        int fifth = (int)(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref block, 4)) >> index) & 1;
        return BlockParts.Nibble(ref Unsafe.Add(ref block, 8), index) | (fifth << 4);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpack(ref byte block, int run, out Vector128<sbyte> first, out Vector128<sbyte> second)
    {
        (Vector128<byte> low, Vector128<byte> high) = BlockParts.Nibbles(Vector128.LoadUnsafe(ref block, 8));
        (Vector128<byte> lowFifth, Vector128<byte> highFifth) = BlockParts.BitMasks(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref block, 4)));
        first = (low | (lowFifth & Vector128.Create((byte)16))).AsSByte();
        second = (high | (highFifth & Vector128.Create((byte)16))).AsSByte();
    }
}
