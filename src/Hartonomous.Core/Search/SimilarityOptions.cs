using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>What is wanted of a search for similar tensors.</summary>
public sealed record SimilarityOptions
{
    /// <summary>How many tensors at most.</summary>
    public int Top { get; init; } = 10;

    /// <summary>Only tensors whose spatial key lies within this distance, in units of the box.</summary>
    public double? Radius { get; init; }

    /// <summary>Only tensors whose sketch has at least this cosine.</summary>
    public float MinSimilarity { get; init; } = -1;

    /// <summary>Only tensors of these models; null for all.</summary>
    public IReadOnlyCollection<long>? ModelIds { get; init; }

    /// <summary>Only tensors of these kinds of layers; null for all.</summary>
    public IReadOnlyCollection<LayerType>? LayerTypes { get; init; }

    /// <summary>Only tensors of the searched one's dimensions.</summary>
    public bool IsOfSameShape { get; init; }

    /// <summary>Where candidates come from.</summary>
    public IndexStrategy Strategy { get; init; } = NeighborIndex.Default;

    /// <summary>How many sketches to compare at most; 0 for the strategy's own number.</summary>
    public int MaxCandidates { get; init; }

    /// <summary>Whether the cosine of the weights themselves is computed, and ranks the answer.</summary>
    public bool IsRefined { get; init; }

    /// <summary>What sketches stand for.</summary>
    public SpatialLevel Level { get; init; }

    /// <summary>At a level of parts: the row that the searched part begins with, or lies in.</summary>
    public long Row { get; init; }

    /// <summary>The space; null for the one the store has, or its default.</summary>
    public SpatialSpace? Space { get; init; }
}
