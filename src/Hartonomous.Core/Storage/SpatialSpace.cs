using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Storage;

/// <summary>A space of keys: how sketches are made and projected. Keys of one space can be compared, those of two cannot.</summary>
public sealed record SpatialSpace
{
    /// <summary>Names a space.</summary>
    /// <param name="sketch">How sketches are made.</param>
    /// <param name="projection">How they are projected.</param>
    /// <exception cref="ArgumentException">The projection is for sketches of another dimension.</exception>
    public SpatialSpace(SketchConfig sketch, ProjectionConfig projection)
    {
        ArgumentNullException.ThrowIfNull(sketch);
        ArgumentNullException.ThrowIfNull(projection);
        if (sketch.Dimension != projection.Dimension)
        {
            throw new ArgumentException(
                $"The projection takes {projection.Dimension} dimensions, the sketches have {sketch.Dimension}.", nameof(projection));
        }

        Sketch = sketch;
        Projection = projection;
    }

    /// <summary>The default sketches in the default projection.</summary>
    public static SpatialSpace Default { get; } = new(SketchConfig.Default, ProjectionConfig.Default);

    /// <summary>How sketches are made.</summary>
    public SketchConfig Sketch { get; }

    /// <summary>How they are projected.</summary>
    public ProjectionConfig Projection { get; }

    /// <summary>As <c>signed-fold/1 dimension=1998 seed=42, orthonormal/1 ...</c>.</summary>
    public override string ToString() => $"{Sketch}, {Projection}";
}
