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
        Vector128<uint> sign = (halves & Vector128.Create(0x8000u)) << 16;
        Vector128<uint> normal = (magnitude << 13) + Vector128.Create(112u << 23);
        // Mostly all have exponents of 1 to 30: then that is all.
        return Vector128.GreaterThanOrEqualAny(magnitude - Vector128.Create(0x0400u), Vector128.Create(0x7800u))
            ? Unusual(magnitude, normal, sign)
            : (normal | sign).AsSingle();
    }

    private static Vector128<float> Unusual(Vector128<uint> magnitude, Vector128<uint> normal, Vector128<uint> sign)
    {
        // An exponent of all ones rises by 112 once more, to 255; of NaN the quiet bit is set.
        Vector128<uint> special = Vector128.GreaterThan(magnitude.AsInt32(), Vector128.Create(0x7BFF)).AsUInt32();
        Vector128<uint> nan = Vector128.GreaterThan(magnitude.AsInt32(), Vector128.Create(0x7C00)).AsUInt32();
        normal = (normal + (special & Vector128.Create(112u << 23))) | (nan & Vector128.Create(0x0040_0000u));
        // A subnormal, put into the fraction of 2^-14, leaves its value when 2^-14 is taken away. Nothing in this is a subnormal float32.
        Vector128<float> small = ((magnitude << 13) + Vector128.Create(113u << 23)).AsSingle() - Vector128.Create(113u << 23).AsSingle();
        Vector128<uint> isSmall = Vector128.LessThan(magnitude.AsInt32(), Vector128.Create(0x0400)).AsUInt32();
        Vector128<uint> bits = Vector128.ConditionalSelect(isSmall, small.AsUInt32(), normal);
        return (bits | sign).AsSingle();
    }

    /// <summary>The float32 of eight numbers, each in the lower half of its lane; the upper half is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> halves)
    {
        Vector256<uint> magnitude = halves & Vector256.Create(0x7FFFu);
        Vector256<uint> sign = (halves & Vector256.Create(0x8000u)) << 16;
        Vector256<uint> normal = (magnitude << 13) + Vector256.Create(112u << 23);
        // Mostly all have exponents of 1 to 30: then that is all.
        return Vector256.GreaterThanOrEqualAny(magnitude - Vector256.Create(0x0400u), Vector256.Create(0x7800u))
            ? Unusual(magnitude, normal, sign)
            : (normal | sign).AsSingle();
    }

    private static Vector256<float> Unusual(Vector256<uint> magnitude, Vector256<uint> normal, Vector256<uint> sign)
    {
        // An exponent of all ones rises by 112 once more, to 255; of NaN the quiet bit is set.
        Vector256<uint> special = Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create(0x7BFF)).AsUInt32();
        Vector256<uint> nan = Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create(0x7C00)).AsUInt32();
        normal = (normal + (special & Vector256.Create(112u << 23))) | (nan & Vector256.Create(0x0040_0000u));
        // A subnormal, put into the fraction of 2^-14, leaves its value when 2^-14 is taken away. Nothing in this is a subnormal float32.
        Vector256<float> small = ((magnitude << 13) + Vector256.Create(113u << 23)).AsSingle() - Vector256.Create(113u << 23).AsSingle();
        Vector256<uint> isSmall = Vector256.LessThan(magnitude.AsInt32(), Vector256.Create(0x0400)).AsUInt32();
        Vector256<uint> bits = Vector256.ConditionalSelect(isSmall, small.AsUInt32(), normal);
        return (bits | sign).AsSingle();
    }

    /// <summary>The float32 of 16 numbers, each in the lower half of its lane; the upper half is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<uint> halves)
    {
        Vector512<uint> magnitude = halves & Vector512.Create(0x7FFFu);
        Vector512<uint> sign = (halves & Vector512.Create(0x8000u)) << 16;
        Vector512<uint> normal = (magnitude << 13) + Vector512.Create(112u << 23);
        // Mostly all have exponents of 1 to 30: then that is all.
        return Vector512.GreaterThanOrEqualAny(magnitude - Vector512.Create(0x0400u), Vector512.Create(0x7800u))
            ? Unusual(magnitude, normal, sign)
            : (normal | sign).AsSingle();
    }

    private static Vector512<float> Unusual(Vector512<uint> magnitude, Vector512<uint> normal, Vector512<uint> sign)
    {
        // An exponent of all ones rises by 112 once more, to 255; of NaN the quiet bit is set.
        Vector512<uint> special = Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create(0x7BFF)).AsUInt32();
        Vector512<uint> nan = Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create(0x7C00)).AsUInt32();
        normal = (normal + (special & Vector512.Create(112u << 23))) | (nan & Vector512.Create(0x0040_0000u));
        // A subnormal, put into the fraction of 2^-14, leaves its value when 2^-14 is taken away. Nothing in this is a subnormal float32.
        Vector512<float> small = ((magnitude << 13) + Vector512.Create(113u << 23)).AsSingle() - Vector512.Create(113u << 23).AsSingle();
        Vector512<uint> isSmall = Vector512.LessThan(magnitude.AsInt32(), Vector512.Create(0x0400)).AsUInt32();
        Vector512<uint> bits = Vector512.ConditionalSelect(isSmall, small.AsUInt32(), normal);
        return (bits | sign).AsSingle();
    }

    /// <summary>
    /// The nearest binary16, ties to even; from 65,520 on infinity. A NaN keeps its sign and the upper bits of its payload and becomes quiet.
    /// </summary>
    public static ushort FromSingle(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        uint magnitude = bits & 0x7FFF_FFFF;
        uint half = magnitude switch
        {
            > 0x7F80_0000 => 0x7E00 | ((magnitude >> 13) & 0x3FF),
            >= 0x477F_F000 => 0x7C00,
            // At 0.5 the lowest bit of a float32 is 2^-24, the unit of subnormals: the sum rounds to it.
            < 0x3880_0000 => BitConverter.SingleToUInt32Bits(BitConverter.UInt32BitsToSingle(magnitude) + 0.5f) - 0x3F00_0000,
            _ => (magnitude - (112u << 23) + 0xFFF + ((magnitude >> 13) & 1)) >> 13,
        };
        return (ushort)(half | ((bits >> 16) & 0x8000));
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
