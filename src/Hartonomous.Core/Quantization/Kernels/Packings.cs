using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>Four codes a byte.</summary>
internal readonly struct TwoBits : IPacking
{
    /// <inheritdoc/>
    public static int Bits => 2;

    /// <inheritdoc/>
    public static int LoadBytes => 4;

    /// <inheritdoc/>
    public static uint Code(ReadOnlySpan<byte> source, int index) => (uint)(source[index / 4] >> (2 * (index % 4))) & 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Unpack(ref byte source) => Unpack(Unsafe.ReadUnaligned<uint>(ref source));

    /// <summary>The 16 codes of four bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Unpack(uint bytes)
    {
        // Each byte, in a lane of four, is doubled upwards by 6 and then by 12 bits, so that its pairs come to lie 8 bits apart.
        (Vector128<ushort> halves, _) = Vector128.Widen(Vector128.CreateScalarUnsafe(bytes).AsByte());
        (Vector128<uint> lanes, _) = Vector128.Widen(halves);
        lanes |= lanes << 6;
        lanes |= lanes << 12;
        return lanes.AsByte() & Vector128.Create((byte)3);
    }
}

/// <summary>Two codes a byte.</summary>
internal readonly struct FourBits : IPacking
{
    /// <inheritdoc/>
    public static int Bits => 4;

    /// <inheritdoc/>
    public static int LoadBytes => 8;

    /// <inheritdoc/>
    public static uint Code(ReadOnlySpan<byte> source, int index) => (uint)(source[index / 2] >> (4 * (index % 2))) & 15;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Unpack(ref byte source)
    {
        (Vector128<ushort> lanes, _) = Vector128.Widen(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref source)).AsByte());
        return (lanes | (lanes << 4)).AsByte() & Vector128.Create((byte)15);
    }
}

/// <summary>Four codes in three bytes.</summary>
internal readonly struct SixBits : IPacking
{
    /// <inheritdoc/>
    public static int Bits => 6;

    /// <inheritdoc/>
    public static int LoadBytes => 16;

    /// <inheritdoc/>
    public static uint Code(ReadOnlySpan<byte> source, int index)
    {
        ReadOnlySpan<byte> three = source.Slice(index / 4 * 3, 3);
        return (uint)((three[0] | (three[1] << 8) | (three[2] << 16)) >> (6 * (index % 4))) & 63;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Unpack(ref byte source)
    {
        Vector128<byte> places = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
        Vector128<uint> lanes = Vector128.Shuffle(Vector128.LoadUnsafe(ref source), places).AsUInt32();
        return ((lanes & Vector128.Create(0x3Fu)) | ((lanes << 2) & Vector128.Create(0x3F00u))
            | ((lanes << 4) & Vector128.Create(0x3F_0000u)) | ((lanes << 6) & Vector128.Create(0x3F00_0000u))).AsByte();
    }
}

/// <summary>A code a byte.</summary>
internal readonly struct EightBits : IPacking
{
    /// <inheritdoc/>
    public static int Bits => 8;

    /// <inheritdoc/>
    public static int LoadBytes => 16;

    /// <inheritdoc/>
    public static uint Code(ReadOnlySpan<byte> source, int index) => source[index];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Unpack(ref byte source) => Vector128.LoadUnsafe(ref source);
}
