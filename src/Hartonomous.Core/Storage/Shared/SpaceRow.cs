using System.Globalization;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>A row of ProjectionConfig with its SketchConfig, as it is read.</summary>
internal sealed record SpaceRow
{
    public required long ProjectionConfigId { get; init; }

    public required int Dimension { get; init; }

    public required string SketchSeed { get; init; }

    public required string SketchText { get; init; }

    public required string Method { get; init; }

    public required string ProjectionSeed { get; init; }

    public required string ProjectionText { get; init; }

    public required DateTime CreatedAtUtc { get; init; }

    /// <summary>The space; null where it is of a construction that this program does not know.</summary>
    public SpatialSpace? ToSpace()
    {
        SketchConfig sketch = new(Dimension, ulong.Parse(SketchSeed, CultureInfo.InvariantCulture));
        ProjectionConfig projection = new(
            Enum.Parse<ProjectionMethod>(Method), Dimension, ulong.Parse(ProjectionSeed, CultureInfo.InvariantCulture));
        return sketch.ToString() == SketchText && projection.ToString() == ProjectionText ? new SpatialSpace(sketch, projection) : null;
    }
}
