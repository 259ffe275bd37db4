using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>Compares every sketch.</summary>
internal sealed class ExactIndex(ISketchSource source, SketchProjection projection, PointSet points)
    : NeighborIndex(IndexStrategy.Exact, source, projection, points)
{
    /// <summary>Offers every sketch to a collector.</summary>
    internal Certainty CollectAll(ReadOnlySpan<float> sketch, NeighborQuery query, NeighborCollector collector)
    {
        float[] buffer = new float[Source.Dimension];
        foreach (int i in Announced(Enumerable.Range(0, Count), collector))
        {
            query.Cancellation.ThrowIfCancellationRequested();
            Compare(sketch, i, buffer, collector);
        }

        return Certainty.Certain;
    }

    /// <inheritdoc/>
    private protected override Certainty Collect(ReadOnlySpan<float> sketch, NeighborQuery query, NeighborCollector collector) =>
        CollectAll(sketch, query, collector);
}
