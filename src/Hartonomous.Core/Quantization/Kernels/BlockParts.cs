using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>What the blocks of ggml are made of.</summary>
internal static class BlockParts
{
    /// <summary>The binary16 at a place in a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(ref byte block, int offset) => Float16.ToSingle(Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref block, offset)));

    /// <summary>The lower four bits of 16 bytes, and the upper four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<byte> Low, Vector128<byte> High) Nibbles(Vector128<byte> bytes) =>
        (bytes & Vector128.Create((byte)15), (bytes.AsUInt16() >> 4).AsByte() & Vector128.Create((byte)15));

    /// <summary>One of 32 values of four bits: the lower halves of 16 bytes, then the upper halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Nibble(ref byte nibbles, int index) => (Unsafe.Add(ref nibbles, index % 16) >> (index / 16 * 4)) & 15;

    /// <summary>All ones in each byte whose bit is set: bits 0 to 15 in the first vector, 16 to 31 in the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<byte> Low, Vector128<byte> High) BitMasks(uint bits)
    {
        Vector128<byte> bytes = Vector128.Create(bits).AsByte();
        Vector128<byte> places = Vector128.Create(0x8040_2010_0804_0201ul).AsByte();
        Vector128<byte> low = Vector128.Shuffle(bytes, Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1));
        Vector128<byte> high = Vector128.Shuffle(bytes, Vector128.Create((byte)2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3));
        return (Vector128.Equals(low & places, places), Vector128.Equals(high & places, places));
    }
}
