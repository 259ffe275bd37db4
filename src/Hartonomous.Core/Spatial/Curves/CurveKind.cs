namespace Hartonomous.Core.Spatial.Curves;

/// <summary>The space-filling curves.</summary>
public enum CurveKind
{
    /// <summary>Hilbert's curve in three dimensions, 21 bits an axis, keys of 63 bits.</summary>
    Hilbert3D,

    /// <summary>Hilbert's curve in two dimensions, 31 bits an axis, keys of 62 bits.</summary>
    Hilbert2D,

    /// <summary>Morton's order (Z-order) in three dimensions, 21 bits an axis, keys of 63 bits.</summary>
    Morton3D,

    /// <summary>Morton's order (Z-order) in two dimensions, 31 bits an axis, keys of 62 bits.</summary>
    Morton2D,
}
