using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Locality;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>Which keys are measured, and on which curve.</summary>
public sealed record LocalityOptions
{
    /// <summary>The curve.</summary>
    public CurveKind Curve { get; init; } = CurveKind.Hilbert3D;

    /// <summary>Sketches of the sample at most, 3 or more.</summary>
    public int Sample { get; init; } = LocalityMeasure.DefaultSample;

    /// <summary>Neighbours of each, 1 or more.</summary>
    public int Neighbors { get; init; } = LocalityMeasure.DefaultNeighbors;

    /// <summary>Only contents of these models; null for all.</summary>
    public IReadOnlyCollection<long>? ModelIds { get; init; }

    /// <summary>Only contents of these kinds of layers; null for all.</summary>
    public IReadOnlyCollection<LayerType>? LayerTypes { get; init; }

    /// <summary>What sketches stand for.</summary>
    public SpatialLevel Level { get; init; }

    /// <summary>The space; null for the one the store has, or its default.</summary>
    public SpatialSpace? Space { get; init; }
}
