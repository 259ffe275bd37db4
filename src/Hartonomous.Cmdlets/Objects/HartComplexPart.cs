namespace Hartonomous;

/// <summary>What complex numbers become where real ones are wanted.</summary>
public enum HartComplexPart
{
    /// <summary>The absolute value.</summary>
    Magnitude = 0,

    /// <summary>The real part.</summary>
    Real,

    /// <summary>The imaginary part.</summary>
    Imaginary,
}
