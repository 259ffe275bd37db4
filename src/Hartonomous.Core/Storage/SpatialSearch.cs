using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Storage;

/// <summary>What is searched for.</summary>
public sealed record SpatialSearch
{
    /// <summary>The sketch whose neighbours are wanted.</summary>
    public required Sketch Sketch { get; init; }

    /// <summary>Where candidates come from.</summary>
    public IndexStrategy Strategy { get; init; } = NeighborIndex.Default;

    /// <summary>How many tensors at most, 1 or more.</summary>
    public int Top { get; init; } = 10;

    /// <summary>Only tensors whose sketch has at least this cosine.</summary>
    public float MinSimilarity { get; init; } = -1;

    /// <summary>Only tensors whose spatial key lies within this distance, in units of the box; null for any.</summary>
    public double? Radius { get; init; }

    /// <summary>How many sketches to compare at most; 0 for the strategy's own number.</summary>
    public int MaxCandidates { get; init; }

    /// <summary>Which tensors may be found.</summary>
    public SpatialFilter Filter { get; init; } = SpatialFilter.None;

    /// <summary>A tensor that is not wanted: the one that is searched for. With <see cref="ExceptRow"/>, only that part of it.</summary>
    public long? ExceptTensorAtomId { get; init; }

    /// <summary>The first row of the part that is not wanted.</summary>
    public long ExceptRow { get; init; }

    /// <summary>Stops the search.</summary>
    public CancellationToken Cancellation { get; init; }
}
