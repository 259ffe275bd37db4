using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// A tree over the spatial keys, gone through best first (Hjaltason and Samet, 1999): nodes and points leave one queue in the order of their distance.
/// </summary>
internal sealed class TreeIndex : SpatialCandidateIndex
{
    private readonly PointTree _tree;

    public TreeIndex(IndexStrategy strategy, ISketchSource source, SketchProjection projection, PointSet points)
        : base(strategy, source, projection, points) => _tree = PointTree.Build(strategy, Points);

    /// <inheritdoc/>
    public override long SizeBytes => base.SizeBytes + _tree.SizeBytes;

    /// <inheritdoc/>
    private protected override void Enumerate(SpatialPoint center, Func<int, double, bool> visit)
    {
        if (Count == 0)
        {
            return;
        }

        // Nodes have numbers below 0.
        PriorityQueue<int, double> open = new();
        open.Enqueue(~_tree.Root, 0);
        while (open.TryDequeue(out int item, out double distance))
        {
            if (item >= 0)
            {
                if (!visit(item, distance))
                {
                    return;
                }

                continue;
            }

            PointTree.Node node = _tree.Nodes[~item];
            for (int i = node.First; i < node.First + node.Count; i++)
            {
                if (node.IsLeaf)
                {
                    int ordinal = _tree.Order[i];
                    open.Enqueue(ordinal, Points[ordinal].DistanceTo(center));
                }
                else
                {
                    open.Enqueue(~i, Math.Max(distance, _tree.Nodes[i].DistanceTo(center)));
                }
            }
        }
    }
}
