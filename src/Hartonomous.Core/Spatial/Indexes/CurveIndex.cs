using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// Sketches sorted by their key on a curve, as a B-tree has them. A search takes the key ranges of a ball around its own point, then those of a larger
/// one, and so on.
/// </summary>
internal sealed class CurveIndex : SpatialCandidateIndex
{
    private const int Ranges = 64;
    private const double Growth = 1.6;
    private const int FirstRing = 200;
    private static readonly double Diagonal = 2 * ProjectionConfig.HalfEdge * Math.Sqrt(3);

    private readonly SpaceFillingCurve _curve;
    private readonly long[] _keys;
    private readonly int[] _ordinals;

    public CurveIndex(IndexStrategy strategy, SpaceFillingCurve curve, ISketchSource source, SketchProjection projection)
        : base(strategy, source, projection)
    {
        _curve = curve;
        _keys = new long[source.Count];
        _ordinals = [.. Enumerable.Range(0, source.Count)];
        SpatialGrid.ToKeys(Points, curve, _keys);
        Array.Sort(_keys, _ordinals);
    }

    /// <inheritdoc/>
    public override long SizeBytes => base.SizeBytes + ((long)Count * (sizeof(long) + sizeof(int)));

    /// <inheritdoc/>
    private protected override void Enumerate(SpatialPoint center, Func<int, double, bool> visit)
    {
        // A first ball that would hold some 200 points if they filled a tenth of the box evenly.
        double radius = Math.Clamp(2 * ProjectionConfig.HalfEdge * Math.Pow(0.1 * FirstRing / Math.Max(1, Count), 1.0 / _curve.Axes), 1, Diagonal);
        double inner = -1;
        List<(double Distance, int Ordinal)> ring = [];
        while (true)
        {
            ring.Clear();
            foreach (KeyRange range in _curve.ToIntervals(SpatialGrid.ToBall(center, radius, _curve), Ranges))
            {
                for (int i = FirstAtLeast(range.First); i < _keys.Length && _keys[i] <= range.Last; i++)
                {
                    double distance = Distance(Points[_ordinals[i]], center);
                    if (distance > inner && distance <= radius)
                    {
                        ring.Add((distance, _ordinals[i]));
                    }
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
        _curve.Axes == 3 ? left.DistanceTo(right) : (left with { Z = 0 }).DistanceTo(right with { Z = 0 });

    private int FirstAtLeast(long key)
    {
        int low = 0;
        int high = _keys.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_keys[middle] < key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
