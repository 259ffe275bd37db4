using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// Candidates in the order of a lower bound of their distance in the box. Where the projection only shrinks distances, that bounds the distance of
/// the sketches from below: once it exceeds that of the k-th answer the answer is proven, and the search ends.
/// </summary>
internal abstract class SpatialCandidateIndex(IndexStrategy strategy, ISketchSource source, SketchProjection projection, PointSet points)
    : NeighborIndex(strategy, source, projection, points)
{
    private const int DefaultCandidates = 10_000;

    // Keys are single precision, and so are similarities: a proof leaves room for their rounding.
    private const double Slack = 1e-4;

    /// <summary>Goes through the sketches in the order of the lower bound, until <paramref name="visit"/> returns false.</summary>
    private protected abstract void Enumerate(SpatialPoint center, Func<int, double, bool> visit);

    /// <inheritdoc/>
    private protected override Certainty Collect(ReadOnlySpan<float> sketch, NeighborQuery query, NeighborCollector collector)
    {
        float[] buffer = new float[Source.Dimension];
        float[] searched = sketch.ToArray();
        int most = query.MaxCandidates > 0 ? query.MaxCandidates : DefaultCandidates;
        Certainty certainty = Certainty.Certain;
        Enumerate(collector.Center, (ordinal, bound) =>
        {
            if (bound > query.Radius)
            {
                return false;
            }

            if (Projection.IsContraction && bound > (Math.Sqrt(Math.Max(0, 2 - (2.0 * collector.Threshold))) + Slack) * Projection.Scale)
            {
                return false;
            }

            if (collector.Candidates >= most)
            {
                certainty = Certainty.StoppedEarly;
                return false;
            }

            Compare(searched, ordinal, buffer, collector);
            query.Cancellation.ThrowIfCancellationRequested();
            return true;
        });
        return certainty;
    }
}
