namespace Hartonomous.Core.Spatial.Curves;

/// <summary>A run of keys of a curve, both ends included.</summary>
/// <param name="First">The first key.</param>
/// <param name="Last">The last key, not below <paramref name="First"/>.</param>
public readonly record struct KeyRange(long First, long Last)
{
    /// <summary>Whether a key lies in the run.</summary>
    public bool Contains(long key) => key >= First && key <= Last;
}
