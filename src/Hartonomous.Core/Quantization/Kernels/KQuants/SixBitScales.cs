using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels.KQuants;

/// <summary>
/// The 12 bytes of Q4_K and Q5_K that hold eight 6-bit scales and eight 6-bit minima: bytes 0-3 and 4-7 hold scales and minima 0-3 in their
/// lower six bits and the upper two bits of 4-7 above them; bytes 8-11 hold the lower four bits of scales and minima 4-7.
/// </summary>
internal static unsafe class SixBitScales
{
    /// <summary>One scale and its minimum.</summary>
    public static (int Scale, int Minimum) At(byte* packed, int index) => index < 4
        ? (packed[index] & 63, packed[index + 4] & 63)
        : ((packed[index + 4] & 15) | ((packed[index - 4] >> 6) << 4), (packed[index + 4] >> 4) | ((packed[index] >> 6) << 4));

    /// <summary>The eight scales, then the eight minima.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> All(byte* packed)
    {
        uint scales = Unsafe.ReadUnaligned<uint>(packed);
        uint minima = Unsafe.ReadUnaligned<uint>(packed + 4);
        uint low = Unsafe.ReadUnaligned<uint>(packed + 8);
        return Vector128.Create(
            scales & 0x3F3F3F3F,
            (low & 0x0F0F0F0F) | ((scales >> 2) & 0x30303030),
            minima & 0x3F3F3F3F,
            ((low >> 4) & 0x0F0F0F0F) | ((minima >> 2) & 0x30303030)).AsSByte();
    }
}
