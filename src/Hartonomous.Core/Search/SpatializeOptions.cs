using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>What is spatialized, and how.</summary>
public sealed record SpatializeOptions
{
    /// <summary>How sketches are made and projected.</summary>
    public SpatialSpace Space { get; init; } = SpatialSpace.Default;

    /// <summary>What sketches stand for.</summary>
    public IReadOnlyList<SpatialLevel> Levels { get; init; } = [SpatialLevel.Tensor];

    /// <summary>Only contents of these models; null for all of the tenant's.</summary>
    public IReadOnlyCollection<long>? ModelIds { get; init; }

    /// <summary>Rows of a head; null where the model's metadata say.</summary>
    public long? HeadRows { get; init; }
}
