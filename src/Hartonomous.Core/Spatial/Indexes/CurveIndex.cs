using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>Sketches sorted by their key on a curve, as a B-tree has them: a ball is the key ranges that cover it.</summary>
internal sealed class CurveIndex : RingIndex
{
    /// <summary>Key ranges that a ball becomes at most.</summary>
    public const int Ranges = 64;

    private readonly SpaceFillingCurve _curve;
    private readonly long[] _keys;
    private readonly int[] _ordinals;

    public CurveIndex(IndexStrategy strategy, SpaceFillingCurve curve, ISketchSource source, SketchProjection projection, PointSet points)
        : base(strategy, source, projection, points, curve.Axes)
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
    private protected override void Find(SpatialPoint center, double radius, List<int> found)
    {
        foreach (KeyRange range in _curve.ToIntervals(SpatialGrid.ToBall(center, radius, _curve), Ranges))
        {
            for (int i = FirstAtLeast(range.First); i < _keys.Length && _keys[i] <= range.Last; i++)
            {
                found.Add(_ordinals[i]);
            }
        }
    }

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
