using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// A packed tree over points: leaves of up to 32 points, side by side in <see cref="Order"/>; children side by side in <see cref="Nodes"/>.
/// </summary>
/// <remarks>
/// k-d tree (Bentley, 1975): halves at the median of the widest axis, tight boxes. Ball tree (Omohundro, 1989): the same halves, balls around the
/// mean. R-tree: sort-tile-recursive packing (Leutenegger, Lopez and Edgington, 1997), sixteen children a node.
/// </remarks>
internal sealed class PointTree
{
    private const int LeafPoints = 32;
    private const int Fanout = 16;

    private readonly SpatialPoint[] _points;
    private readonly bool _isBall;
    private readonly List<Node> _nodes = [];

    private PointTree(SpatialPoint[] points, bool isBall)
    {
        _points = points;
        _isBall = isBall;
        Order = [.. Enumerable.Range(0, points.Length)];
    }

    /// <summary>The nodes.</summary>
    public Node[] Nodes { get; private set; } = [];

    /// <summary>Number of the root.</summary>
    public int Root { get; private set; }

    /// <summary>Ordinals of the points, leaf by leaf.</summary>
    public int[] Order { get; }

    /// <summary>Bytes in memory.</summary>
    public unsafe long SizeBytes => ((long)Nodes.Length * sizeof(Node)) + ((long)Order.Length * sizeof(int));

    /// <summary>Builds the tree of a strategy.</summary>
    public static PointTree Build(IndexStrategy strategy, SpatialPoint[] points)
    {
        PointTree tree = new(points, strategy == IndexStrategy.BallTree);
        if (points.Length > 0)
        {
            if (strategy == IndexStrategy.RTree)
            {
                tree.Pack();
            }
            else
            {
                tree._nodes.Add(default);
                tree.Halve(0, 0, points.Length);
            }
        }

        tree.Nodes = [.. tree._nodes];
        return tree;
    }

    private static float Axis(SpatialPoint point, int axis) => axis switch { 0 => point.X, 1 => point.Y, _ => point.Z };

    private void Halve(int number, int start, int count)
    {
        Node bounds = BoundsOf(start, count);
        if (count <= LeafPoints)
        {
            _nodes[number] = bounds with { First = start, Count = count, IsLeaf = true };
            return;
        }

        int axis = WidestAxis(start, count);
        SortBy(axis, start, count);
        int children = _nodes.Count;
        _nodes.Add(default);
        _nodes.Add(default);
        _nodes[number] = bounds with { First = children, Count = 2 };
        Halve(children, start, count / 2);
        Halve(children + 1, start + (count / 2), count - (count / 2));
    }

    private void Pack()
    {
        // Slabs along x, columns along y in each, leaves along z in each.
        int leaves = (Order.Length + LeafPoints - 1) / LeafPoints;
        int side = (int)Math.Ceiling(Math.Cbrt(leaves));
        SortBy(0, 0, Order.Length);
        int slab = side * side * LeafPoints;
        for (int x = 0; x < Order.Length; x += slab)
        {
            int inSlab = Math.Min(slab, Order.Length - x);
            SortBy(1, x, inSlab);
            for (int y = x; y < x + inSlab; y += side * LeafPoints)
            {
                SortBy(2, y, Math.Min(side * LeafPoints, x + inSlab - y));
            }
        }

        for (int start = 0; start < Order.Length; start += LeafPoints)
        {
            int count = Math.Min(LeafPoints, Order.Length - start);
            _nodes.Add(BoundsOf(start, count) with { First = start, Count = count, IsLeaf = true });
        }

        int first = 0;
        for (int level = _nodes.Count; level > 1; level = (level + Fanout - 1) / Fanout)
        {
            int next = _nodes.Count;
            for (int start = first; start < next; start += Fanout)
            {
                int count = Math.Min(Fanout, next - start);
                Node bounds = _nodes[start];
                for (int i = start + 1; i < start + count; i++)
                {
                    bounds = bounds.Union(_nodes[i]);
                }

                _nodes.Add(bounds with { First = start, Count = count, IsLeaf = false });
            }

            first = next;
        }

        Root = _nodes.Count - 1;
    }

    private void SortBy(int axis, int start, int count)
    {
        float[] keys = new float[count];
        for (int i = 0; i < count; i++)
        {
            keys[i] = Axis(_points[Order[start + i]], axis);
        }

        keys.AsSpan().Sort(Order.AsSpan(start, count));
    }

    private int WidestAxis(int start, int count)
    {
        Node box = BoxOf(start, count);
        SpatialPoint size = new(box.High.X - box.Low.X, box.High.Y - box.Low.Y, box.High.Z - box.Low.Z);
        return size.X >= size.Y && size.X >= size.Z ? 0 : size.Y >= size.Z ? 1 : 2;
    }

    private Node BoundsOf(int start, int count)
    {
        if (!_isBall)
        {
            return BoxOf(start, count);
        }

        (double x, double y, double z) = (0, 0, 0);
        for (int i = start; i < start + count; i++)
        {
            SpatialPoint point = _points[Order[i]];
            (x, y, z) = (x + point.X, y + point.Y, z + point.Z);
        }

        SpatialPoint center = new((float)(x / count), (float)(y / count), (float)(z / count));
        double radius = 0;
        for (int i = start; i < start + count; i++)
        {
            radius = Math.Max(radius, center.DistanceTo(_points[Order[i]]));
        }

        return new Node(center, center, radius, 0, 0, false);
    }

    private Node BoxOf(int start, int count)
    {
        SpatialPoint low = _points[Order[start]];
        SpatialPoint high = low;
        for (int i = start + 1; i < start + count; i++)
        {
            SpatialPoint point = _points[Order[i]];
            low = new SpatialPoint(Math.Min(low.X, point.X), Math.Min(low.Y, point.Y), Math.Min(low.Z, point.Z));
            high = new SpatialPoint(Math.Max(high.X, point.X), Math.Max(high.Y, point.Y), Math.Max(high.Z, point.Z));
        }

        return new Node(low, high, 0, 0, 0, false);
    }

    /// <summary>A node: a box, or a ball around a point.</summary>
    /// <param name="Low">Lowest corner, or the centre of the ball.</param>
    /// <param name="High">Highest corner, or the centre of the ball.</param>
    /// <param name="Radius">Radius of the ball, 0 for a box.</param>
    /// <param name="First">The first child, or the place of the first point.</param>
    /// <param name="Count">Number of children or points.</param>
    /// <param name="IsLeaf">Whether it holds points.</param>
    internal readonly record struct Node(SpatialPoint Low, SpatialPoint High, double Radius, int First, int Count, bool IsLeaf)
    {
        /// <summary>A lower bound of the distance to its points.</summary>
        public double DistanceTo(SpatialPoint point)
        {
            SpatialPoint nearest = new(Math.Clamp(point.X, Low.X, High.X), Math.Clamp(point.Y, Low.Y, High.Y), Math.Clamp(point.Z, Low.Z, High.Z));
            return Math.Max(0, point.DistanceTo(nearest) - Radius);
        }

        /// <summary>The box around two boxes.</summary>
        public Node Union(Node other) => this with
        {
            Low = new SpatialPoint(Math.Min(Low.X, other.Low.X), Math.Min(Low.Y, other.Low.Y), Math.Min(Low.Z, other.Low.Z)),
            High = new SpatialPoint(Math.Max(High.X, other.High.X), Math.Max(High.Y, other.High.Y), Math.Max(High.Z, other.High.Z)),
        };
    }
}
