using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>
/// IEEE binary16 to float32. Exact for every number, subnormals included. A NaN keeps its sign and payload and comes out quiet, as IEEE 754
/// has it of a conversion between formats and as the conversion instructions of x86 and ARM do it.
/// </summary>
internal static class Float16
{
    /// <summary>The float32 of one number: the scale of a block, for example.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float ToSingle(ushort half)
    {
        uint magnitude = half & 0x7FFFu;
        uint sign = (half & 0x8000u) << 16;
        // Exponents 1 to 30: the exponent's bias rises from 15 to 127.
        return magnitude - 0x0400u < 0x7800u
            ? BitConverter.UInt32BitsToSingle(sign | ((magnitude << 13) + (112u << 23)))
            : Unusual(sign, magnitude);
    }

    /// <summary>The float32 of four numbers, each in the lower half of its lane; the upper half is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToSingle(Vector128<uint> halves)
    {
        Vector128<uint> magnitude = halves & Vector128.Create(0x7FFFu);
        Vector128<uint> normal = (magnitude << 13) + Vector128.Create(112u << 23);
        // An exponent of all ones rises by 112 once more, to 255; of NaN the quiet bit is set.
        Vector128<uint> special = Vector128.GreaterThan(magnitude.AsInt32(), Vector128.Create(0x7BFF)).AsUInt32();
        Vector128<uint> nan = Vector128.GreaterThan(magnitude.AsInt32(), Vector128.Create(0x7C00)).AsUInt32();
        normal = (normal + (special & Vector128.Create(112u << 23))) | (nan & Vector128.Create(0x0040_0000u));
        // A subnormal, put into the fraction of 2^-14, leaves its value when 2^-14 is taken away. Nothing in this is a subnormal float32.
        Vector128<float> small = ((magnitude << 13) + Vector128.Create(113u << 23)).AsSingle() - Vector128.Create(113u << 23).AsSingle();
        Vector128<uint> isSmall = Vector128.LessThan(magnitude.AsInt32(), Vector128.Create(0x0400)).AsUInt32();
        Vector128<uint> bits = Vector128.ConditionalSelect(isSmall, small.AsUInt32(), normal);
        return (bits | ((halves & Vector128.Create(0x8000u)) << 16)).AsSingle();
    }

    /// <summary>The float32 of eight numbers, each in the lower half of its lane; the upper half is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> halves)
    {
        Vector256<uint> magnitude = halves & Vector256.Create(0x7FFFu);
        Vector256<uint> normal = (magnitude << 13) + Vector256.Create(112u << 23);
        // An exponent of all ones rises by 112 once more, to 255; of NaN the quiet bit is set.
        Vector256<uint> special = Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create(0x7BFF)).AsUInt32();
        Vector256<uint> nan = Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create(0x7C00)).AsUInt32();
        normal = (normal + (special & Vector256.Create(112u << 23))) | (nan & Vector256.Create(0x0040_0000u));
        // A subnormal, put into the fraction of 2^-14, leaves its value when 2^-14 is taken away. Nothing in this is a subnormal float32.
        Vector256<float> small = ((magnitude << 13) + Vector256.Create(113u << 23)).AsSingle() - Vector256.Create(113u << 23).AsSingle();
        Vector256<uint> isSmall = Vector256.LessThan(magnitude.AsInt32(), Vector256.Create(0x0400)).AsUInt32();
        Vector256<uint> bits = Vector256.ConditionalSelect(isSmall, small.AsUInt32(), normal);
        return (bits | ((halves & Vector256.Create(0x8000u)) << 16)).AsSingle();
    }

    /// <summary>The float32 of 16 numbers, each in the lower half of its lane; the upper half is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<uint> halves)
    {
        Vector512<uint> magnitude = halves & Vector512.Create(0x7FFFu);
        Vector512<uint> normal = (magnitude << 13) + Vector512.Create(112u << 23);
        // An exponent of all ones rises by 112 once more, to 255; of NaN the quiet bit is set.
        Vector512<uint> special = Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create(0x7BFF)).AsUInt32();
        Vector512<uint> nan = Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create(0x7C00)).AsUInt32();
        normal = (normal + (special & Vector512.Create(112u << 23))) | (nan & Vector512.Create(0x0040_0000u));
        // A subnormal, put into the fraction of 2^-14, leaves its value when 2^-14 is taken away. Nothing in this is a subnormal float32.
        Vector512<float> small = ((magnitude << 13) + Vector512.Create(113u << 23)).AsSingle() - Vector512.Create(113u << 23).AsSingle();
        Vector512<uint> isSmall = Vector512.LessThan(magnitude.AsInt32(), Vector512.Create(0x0400)).AsUInt32();
        Vector512<uint> bits = Vector512.ConditionalSelect(isSmall, small.AsUInt32(), normal);
        return (bits | ((halves & Vector512.Create(0x8000u)) << 16)).AsSingle();
    }

    private static float Unusual(uint sign, uint magnitude)
    {
        if (magnitude >= 0x7C00u)
        {
            uint quiet = magnitude > 0x7C00u ? 0x0040_0000u : 0;
            return BitConverter.UInt32BitsToSingle(sign | 0x7F80_0000u | (magnitude << 13) | quiet);
        }

        // Zero and subnormals: the fraction counts units of 2^-24.
        return BitConverter.UInt32BitsToSingle(sign | BitConverter.SingleToUInt32Bits(magnitude * (1f / 16_777_216f)));
    }
}
