namespace Hartonomous;

/// <summary>The space-filling curves.</summary>
public enum HartCurve
{
    /// <summary>Hilbert's curve in three dimensions.</summary>
    Hilbert3D,

    /// <summary>Hilbert's curve in two dimensions.</summary>
    Hilbert2D,

    /// <summary>Morton's order in three dimensions.</summary>
    Morton3D,

    /// <summary>Morton's order in two dimensions.</summary>
    Morton2D,
}
