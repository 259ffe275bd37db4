namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>FP4 of the OCP MX specification: 0, 0.5, 1, 1.5, 2, 3, 4, 6.</summary>
internal readonly struct E2M1 : IMiniFloat
{
    /// <inheritdoc/>
    public static int ExponentBits => 2;

    /// <inheritdoc/>
    public static int FractionBits => 1;

    /// <inheritdoc/>
    public static int Bias => 1;

    /// <inheritdoc/>
    public static MiniFloatSpecials Specials => MiniFloatSpecials.None;
}

/// <summary>FP6 of the OCP MX specification with the finer fraction, up to 7.5.</summary>
internal readonly struct E2M3 : IMiniFloat
{
    /// <inheritdoc/>
    public static int ExponentBits => 2;

    /// <inheritdoc/>
    public static int FractionBits => 3;

    /// <inheritdoc/>
    public static int Bias => 1;

    /// <inheritdoc/>
    public static MiniFloatSpecials Specials => MiniFloatSpecials.None;
}

/// <summary>FP6 of the OCP MX specification with the wider range, up to 28.</summary>
internal readonly struct E3M2 : IMiniFloat
{
    /// <inheritdoc/>
    public static int ExponentBits => 3;

    /// <inheritdoc/>
    public static int FractionBits => 2;

    /// <inheritdoc/>
    public static int Bias => 3;

    /// <inheritdoc/>
    public static MiniFloatSpecials Specials => MiniFloatSpecials.None;
}

/// <summary>FP8 of the OCP specification with the finer fraction, up to 448; E4M3FN in ONNX.</summary>
internal readonly struct E4M3 : IMiniFloat
{
    /// <inheritdoc/>
    public static int ExponentBits => 4;

    /// <inheritdoc/>
    public static int FractionBits => 3;

    /// <inheritdoc/>
    public static int Bias => 7;

    /// <inheritdoc/>
    public static MiniFloatSpecials Specials => MiniFloatSpecials.OnlyNan;
}

/// <summary>FP8 of the OCP specification with the wider range, up to 57,344: the upper half of a binary16.</summary>
internal readonly struct E5M2 : IMiniFloat
{
    /// <inheritdoc/>
    public static int ExponentBits => 5;

    /// <inheritdoc/>
    public static int FractionBits => 2;

    /// <inheritdoc/>
    public static int Bias => 15;

    /// <inheritdoc/>
    public static MiniFloatSpecials Specials => MiniFloatSpecials.Ieee;
}

/// <summary>FP8 of Graphcore, AMD and Qualcomm (arXiv 2206.02915) with the finer fraction, up to 240.</summary>
internal readonly struct E4M3Fnuz : IMiniFloat
{
    /// <inheritdoc/>
    public static int ExponentBits => 4;

    /// <inheritdoc/>
    public static int FractionBits => 3;

    /// <inheritdoc/>
    public static int Bias => 8;

    /// <inheritdoc/>
    public static MiniFloatSpecials Specials => MiniFloatSpecials.MinusZeroIsNan;
}

/// <summary>FP8 of Graphcore, AMD and Qualcomm (arXiv 2206.02915) with the wider range, up to 57,344.</summary>
internal readonly struct E5M2Fnuz : IMiniFloat
{
    /// <inheritdoc/>
    public static int ExponentBits => 5;

    /// <inheritdoc/>
    public static int FractionBits => 2;

    /// <inheritdoc/>
    public static int Bias => 16;

    /// <inheritdoc/>
    public static MiniFloatSpecials Specials => MiniFloatSpecials.MinusZeroIsNan;
}
