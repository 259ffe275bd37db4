namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>A floating-point format of at most 8 bits: sign, exponent, fraction, from the highest bit down; exponent 0 is subnormal.</summary>
internal interface IMiniFloat
{
    /// <summary>Bits of the exponent.</summary>
    static abstract int ExponentBits { get; }

    /// <summary>Bits of the fraction.</summary>
    static abstract int FractionBits { get; }

    /// <summary>What the exponent is too large by.</summary>
    static abstract int Bias { get; }

    /// <summary>Which codes are no numbers.</summary>
    static abstract MiniFloatSpecials Specials { get; }
}

/// <summary>Which codes of a small floating-point format are no finite numbers.</summary>
internal enum MiniFloatSpecials
{
    /// <summary>All codes are numbers (FP4, FP6 of the OCP MX specification).</summary>
    None = 0,

    /// <summary>As IEEE 754: the highest exponent holds infinity and NaN.</summary>
    Ieee,

    /// <summary>All ones, with either sign, is NaN; there is no infinity (<c>FN</c>).</summary>
    OnlyNan,

    /// <summary>The code of minus zero is NaN; there is no infinity and no minus zero (<c>FNUZ</c>).</summary>
    MinusZeroIsNan,
}
