using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>What is wanted of a lineage.</summary>
public sealed record LineageOptions
{
    /// <summary>How many relatives at most.</summary>
    public int Top { get; init; } = 5;

    /// <summary>Whether models that turn out to be unrelated are listed too.</summary>
    public bool WithUnrelated { get; init; }

    /// <summary>The space; null for the one the store has, or its default.</summary>
    public SpatialSpace? Space { get; init; }
}
