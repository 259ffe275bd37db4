namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>Where a search takes its candidates from. All rank them by the exact cosine of sketches.</summary>
public enum IndexStrategy
{
    /// <summary>A bit a dimension of the rotated sketch, scanned as a whole: the default, as it measures best.</summary>
    Signature,

    /// <summary>Ranges of Hilbert values around the spatial key, widened ring by ring.</summary>
    Hilbert3D,

    /// <summary>Ranges of Morton values around the spatial key.</summary>
    Morton3D,

    /// <summary>Ranges of Morton values of x and y alone.</summary>
    Morton2D,

    /// <summary>An R-tree over the spatial keys, packed by sort-tile-recursive.</summary>
    RTree,

    /// <summary>A k-d tree over the spatial keys.</summary>
    KdTree,

    /// <summary>A ball tree over the spatial keys.</summary>
    BallTree,

    /// <summary>Every sketch.</summary>
    Exact,
}
