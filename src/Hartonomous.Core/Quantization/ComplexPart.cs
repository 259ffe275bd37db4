namespace Hartonomous.Core.Quantization;

/// <summary>What a complex number decodes to. Numbers of other encodings are real and are decoded as they are, whatever the part.</summary>
public enum ComplexPart
{
    /// <summary>The absolute value, sqrt(re² + im²), computed in double precision and rounded once; infinite where either part is.</summary>
    Magnitude = 0,

    /// <summary>The real part.</summary>
    Real,

    /// <summary>The imaginary part.</summary>
    Imaginary,
}
