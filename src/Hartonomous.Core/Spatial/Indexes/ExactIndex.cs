using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>Compares every sketch.</summary>
internal sealed class ExactIndex(ISketchSource source, SketchProjection projection, PointSet points)
    : NeighborIndex(IndexStrategy.Exact, source, projection, points)
{
    private const int LooksAtCancellation = 4096;

    /// <inheritdoc/>
    private protected override Certainty Collect(ReadOnlySpan<float> sketch, NeighborQuery query, NeighborCollector collector)
    {
        float[] buffer = new float[Source.Dimension];
        for (int i = 0; i < Count; i++)
        {
            if (i % LooksAtCancellation == 0)
            {
                query.Cancellation.ThrowIfCancellationRequested();
            }

            Compare(sketch, i, buffer, collector);
        }

        return Certainty.Certain;
    }
}
