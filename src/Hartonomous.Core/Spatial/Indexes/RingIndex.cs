using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// Candidates by balls around the searched point, each larger than the one before, where an index can say what lies in a ball: each ring
/// between two balls is gone through in the order of the distance.
/// </summary>
internal abstract class RingIndex(
    IndexStrategy strategy, ISketchSource source, SketchProjection projection, PointSet points, int axes)
    : SpatialCandidateIndex(strategy, source, projection, points)
{
    private const double Growth = 1.6;
    private const int FirstRing = 200;
    private static readonly double Diagonal = 2 * ProjectionConfig.HalfEdge * Math.Sqrt(3);

    /// <summary>Adds the ordinals of all sketches whose key lies in a ball; others may be among them.</summary>
    private protected abstract void Find(SpatialPoint center, double radius, List<int> found);

    /// <inheritdoc/>
    private protected override void Enumerate(SpatialPoint center, Func<int, double, bool> visit)
    {
        // A first ball that would hold some 200 points if they filled a tenth of the box evenly.
        double radius = Math.Clamp(2 * ProjectionConfig.HalfEdge * Math.Pow(0.1 * FirstRing / Math.Max(1, Count), 1.0 / axes), 1, Diagonal);
        double inner = -1;
        List<int> found = [];
        List<(double Distance, int Ordinal)> ring = [];
        while (true)
        {
            found.Clear();
            ring.Clear();
            Find(center, radius, found);
            foreach (int ordinal in found)
            {
                double distance = Distance(Points[ordinal], center);
                if (distance > inner && distance <= radius)
                {
                    ring.Add((distance, ordinal));
                }
            }

            ring.Sort();
            foreach ((double distance, int ordinal) in ring)
            {
                if (!visit(ordinal, distance))
                {
                    return;
                }
            }

            if (radius >= Diagonal)
            {
                return;
            }

            inner = radius;
            radius = Math.Min(radius * Growth, Diagonal);
        }
    }

    // In two dimensions the distance without z: a lower bound too.
    private double Distance(SpatialPoint left, SpatialPoint right) =>
        axes == 3 ? left.DistanceTo(right) : (left with { Z = 0 }).DistanceTo(right with { Z = 0 });
}
