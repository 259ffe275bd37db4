using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>
/// The value of a small floating-point code; exact. Where the format has one NaN code a sign, the quiet NaN of float32 has it too; a NaN of
/// an IEEE format keeps its payload and comes out quiet.
/// </summary>
internal readonly struct MiniFloatCode<TFormat> : ICode
    where TFormat : struct, IMiniFloat
{
    private const uint QuietNan = 0x7FC0_0000;

    /// <summary>The code without its sign.</summary>
    private static uint MagnitudeMask
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (1u << (TFormat.ExponentBits + TFormat.FractionBits)) - 1;
    }

    /// <summary>Bits from the code's sign to that of float32.</summary>
    private static int SignShift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 31 - TFormat.ExponentBits - TFormat.FractionBits;
    }

    /// <summary>Bits from the code's exponent and fraction to those of float32.</summary>
    private static int Shift
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 23 - TFormat.FractionBits;
    }

    /// <summary>What the exponent rises by, in its place.</summary>
    private static uint Rebias
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (uint)(127 - TFormat.Bias) << 23;
    }

    /// <summary>The smallest normal magnitude.</summary>
    private static uint SmallestNormal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1u << TFormat.FractionBits;
    }

    /// <summary>The magnitude of infinity in an IEEE format.</summary>
    private static uint Infinity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ((1u << TFormat.ExponentBits) - 1) << TFormat.FractionBits;
    }

    /// <summary>What the highest exponent still lacks to 255, in its place.</summary>
    private static uint InfinityRebias
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (255u << 23) - Rebias - (Infinity << Shift);
    }

    /// <inheritdoc/>
    public static float ToSingle(uint code)
    {
        uint magnitude = code & MagnitudeMask;
        uint sign = (code & (MagnitudeMask + 1)) << SignShift;
        uint bits = magnitude >= SmallestNormal
            ? (magnitude << Shift) + Rebias
            : BitConverter.SingleToUInt32Bits(magnitude * BitConverter.UInt32BitsToSingle((uint)(128 - TFormat.Bias - TFormat.FractionBits) << 23));
        switch (TFormat.Specials)
        {
            case MiniFloatSpecials.Ieee when magnitude >= Infinity:
                bits += InfinityRebias;
                bits |= magnitude > Infinity ? QuietNan : 0;
                break;
            case MiniFloatSpecials.OnlyNan when magnitude == MagnitudeMask:
            case MiniFloatSpecials.MinusZeroIsNan when magnitude == 0 && sign != 0:
                bits = QuietNan;
                sign = TFormat.Specials == MiniFloatSpecials.MinusZeroIsNan ? 0 : sign;
                break;
        }

        return BitConverter.UInt32BitsToSingle(bits | sign);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ToSingle(Vector128<uint> codes)
    {
        Vector128<uint> magnitude = codes & Vector128.Create(MagnitudeMask);
        Vector128<uint> sign = (codes & Vector128.Create(MagnitudeMask + 1)) << SignShift;
        Vector128<uint> bits = (magnitude << Shift) + Vector128.Create(Rebias);
        // A subnormal, put into the fraction of the smallest normal power of two, leaves its value when that power is taken away.
        Vector128<uint> power = Vector128.Create(Rebias + (1u << 23));
        Vector128<float> small = ((magnitude << Shift) + power).AsSingle() - power.AsSingle();
        Vector128<uint> isSmall = Vector128.LessThan(magnitude.AsInt32(), Vector128.Create((int)SmallestNormal)).AsUInt32();
        bits = Vector128.ConditionalSelect(isSmall, small.AsUInt32(), bits);
        if (TFormat.Specials == MiniFloatSpecials.Ieee)
        {
            bits += Vector128.GreaterThan(magnitude.AsInt32(), Vector128.Create((int)Infinity - 1)).AsUInt32() & Vector128.Create(InfinityRebias);
            bits |= Vector128.GreaterThan(magnitude.AsInt32(), Vector128.Create((int)Infinity)).AsUInt32() & Vector128.Create(QuietNan);
        }
        else if (TFormat.Specials == MiniFloatSpecials.OnlyNan)
        {
            bits = Vector128.ConditionalSelect(Vector128.Equals(magnitude, Vector128.Create(MagnitudeMask)), Vector128.Create(QuietNan), bits);
        }
        else if (TFormat.Specials == MiniFloatSpecials.MinusZeroIsNan)
        {
            Vector128<uint> isNan = Vector128.Equals(codes, Vector128.Create(MagnitudeMask + 1));
            return Vector128.ConditionalSelect(isNan, Vector128.Create(QuietNan), bits | sign).AsSingle();
        }

        return (bits | sign).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ToSingle(Vector256<uint> codes)
    {
        Vector256<uint> magnitude = codes & Vector256.Create(MagnitudeMask);
        Vector256<uint> sign = (codes & Vector256.Create(MagnitudeMask + 1)) << SignShift;
        Vector256<uint> bits = (magnitude << Shift) + Vector256.Create(Rebias);
        // A subnormal, put into the fraction of the smallest normal power of two, leaves its value when that power is taken away.
        Vector256<uint> power = Vector256.Create(Rebias + (1u << 23));
        Vector256<float> small = ((magnitude << Shift) + power).AsSingle() - power.AsSingle();
        Vector256<uint> isSmall = Vector256.LessThan(magnitude.AsInt32(), Vector256.Create((int)SmallestNormal)).AsUInt32();
        bits = Vector256.ConditionalSelect(isSmall, small.AsUInt32(), bits);
        if (TFormat.Specials == MiniFloatSpecials.Ieee)
        {
            bits += Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create((int)Infinity - 1)).AsUInt32() & Vector256.Create(InfinityRebias);
            bits |= Vector256.GreaterThan(magnitude.AsInt32(), Vector256.Create((int)Infinity)).AsUInt32() & Vector256.Create(QuietNan);
        }
        else if (TFormat.Specials == MiniFloatSpecials.OnlyNan)
        {
            bits = Vector256.ConditionalSelect(Vector256.Equals(magnitude, Vector256.Create(MagnitudeMask)), Vector256.Create(QuietNan), bits);
        }
        else if (TFormat.Specials == MiniFloatSpecials.MinusZeroIsNan)
        {
            Vector256<uint> isNan = Vector256.Equals(codes, Vector256.Create(MagnitudeMask + 1));
            return Vector256.ConditionalSelect(isNan, Vector256.Create(QuietNan), bits | sign).AsSingle();
        }

        return (bits | sign).AsSingle();
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ToSingle(Vector512<uint> codes)
    {
        Vector512<uint> magnitude = codes & Vector512.Create(MagnitudeMask);
        Vector512<uint> sign = (codes & Vector512.Create(MagnitudeMask + 1)) << SignShift;
        Vector512<uint> bits = (magnitude << Shift) + Vector512.Create(Rebias);
        // A subnormal, put into the fraction of the smallest normal power of two, leaves its value when that power is taken away.
        Vector512<uint> power = Vector512.Create(Rebias + (1u << 23));
        Vector512<float> small = ((magnitude << Shift) + power).AsSingle() - power.AsSingle();
        Vector512<uint> isSmall = Vector512.LessThan(magnitude.AsInt32(), Vector512.Create((int)SmallestNormal)).AsUInt32();
        bits = Vector512.ConditionalSelect(isSmall, small.AsUInt32(), bits);
        if (TFormat.Specials == MiniFloatSpecials.Ieee)
        {
            bits += Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create((int)Infinity - 1)).AsUInt32() & Vector512.Create(InfinityRebias);
            bits |= Vector512.GreaterThan(magnitude.AsInt32(), Vector512.Create((int)Infinity)).AsUInt32() & Vector512.Create(QuietNan);
        }
        else if (TFormat.Specials == MiniFloatSpecials.OnlyNan)
        {
            bits = Vector512.ConditionalSelect(Vector512.Equals(magnitude, Vector512.Create(MagnitudeMask)), Vector512.Create(QuietNan), bits);
        }
        else if (TFormat.Specials == MiniFloatSpecials.MinusZeroIsNan)
        {
            Vector512<uint> isNan = Vector512.Equals(codes, Vector512.Create(MagnitudeMask + 1));
            return Vector512.ConditionalSelect(isNan, Vector512.Create(QuietNan), bits | sign).AsSingle();
        }

        return (bits | sign).AsSingle();
    }
}
