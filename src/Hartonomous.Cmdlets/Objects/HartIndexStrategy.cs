namespace Hartonomous;

/// <summary>Where a search takes its candidates from.</summary>
public enum HartIndexStrategy
{
    /// <summary>A bit a dimension of every sketch: the default, as it measures best.</summary>
    Signature,

    /// <summary>Ranges of Hilbert values around the spatial key.</summary>
    Hilbert3D,

    /// <summary>Ranges of Morton values around the spatial key.</summary>
    Morton3D,

    /// <summary>Ranges of Morton values of x and y alone.</summary>
    Morton2D,

    /// <summary>An R-tree over the spatial keys.</summary>
    RTree,

    /// <summary>A k-d tree over the spatial keys.</summary>
    KdTree,

    /// <summary>A ball tree over the spatial keys.</summary>
    BallTree,

    /// <summary>Every sketch.</summary>
    Exact,
}
