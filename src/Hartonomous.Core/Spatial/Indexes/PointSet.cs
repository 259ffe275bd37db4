using Hartonomous.Core.Numerics;
using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>The spatial keys of a source's sketches, and which of them are zero.</summary>
/// <param name="Points">A key for each sketch.</param>
/// <param name="IsZero">Whether a sketch is zero: near to nothing.</param>
internal sealed record PointSet(SpatialPoint[] Points, bool[] IsZero)
{
    private const int PointsAtOnce = 1024;

    /// <summary>Projects all sketches of a source.</summary>
    public static PointSet Of(ISketchSource source, SketchProjection projection)
    {
        PointSet set = new(new SpatialPoint[source.Count], new bool[source.Count]);
        ParallelOptions threads = new() { MaxDegreeOfParallelism = Parallelism.Limit };
        Parallel.For(0, (source.Count + PointsAtOnce - 1) / PointsAtOnce, threads, chunk =>
        {
            float[] buffer = new float[source.Dimension];
            for (int i = chunk * PointsAtOnce; i < Math.Min((chunk + 1) * PointsAtOnce, source.Count); i++)
            {
                ReadOnlySpan<float> sketch = source.Read(i, buffer);
                set.Points[i] = projection.Project(sketch);
                set.IsZero[i] = !sketch.ContainsAnyExcept(0f);
            }
        });
        return set;
    }
}
