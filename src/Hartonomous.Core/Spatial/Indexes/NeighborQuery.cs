namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>What a search asks for.</summary>
public sealed record NeighborQuery
{
    /// <summary>How many neighbours at most, 1 or more.</summary>
    public int Top { get; init; } = 10;

    /// <summary>Only neighbours of at least this cosine.</summary>
    public float MinSimilarity { get; init; } = -1;

    /// <summary>Only neighbours whose spatial key lies within this distance, in units of the box; null for any.</summary>
    public double? Radius { get; init; }

    /// <summary>How many sketches to compare at most; 0 for the strategy's own number.</summary>
    public int MaxCandidates { get; init; }

    /// <summary>Ordinals that may be found; null for all.</summary>
    public Predicate<int>? Filter { get; init; }

    /// <summary>Stops the search.</summary>
    public CancellationToken Cancellation { get; init; }
}
