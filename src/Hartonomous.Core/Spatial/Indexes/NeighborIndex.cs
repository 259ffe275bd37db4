using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>What all strategies share: the spatial keys, the exact ranking, the collection of the best.</summary>
public abstract class NeighborIndex : INeighborIndex
{
    /// <summary>The strategy that measures best; <c>bench</c> prints the table.</summary>
    public const IndexStrategy Default = IndexStrategy.Signature;

    private protected NeighborIndex(IndexStrategy strategy, ISketchSource source, SketchProjection projection, PointSet points)
    {
        Strategy = strategy;
        Source = source;
        Projection = projection;
        Points = points.Points;
        IsZero = points.IsZero;
    }

    /// <inheritdoc/>
    public IndexStrategy Strategy { get; }

    /// <inheritdoc/>
    public int Count => Source.Count;

    /// <inheritdoc/>
    public virtual long SizeBytes => (long)Count * 13;

    private protected ISketchSource Source { get; }

    private protected SketchProjection Projection { get; }

    private protected SpatialPoint[] Points { get; }

    private protected bool[] IsZero { get; }

    /// <summary>Builds an index.</summary>
    /// <param name="strategy">Where candidates come from.</param>
    /// <param name="source">The sketches; read again by searches.</param>
    /// <param name="projection">Makes the spatial keys; null for the default of the sketches' dimension.</param>
    /// <exception cref="ArgumentException">The projection is for another dimension.</exception>
    public static INeighborIndex Build(IndexStrategy strategy, ISketchSource source, SketchProjection? projection = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        projection ??= new SketchProjection(new ProjectionConfig(Dimension: source.Dimension));
        if (projection.Config.Dimension != source.Dimension)
        {
            throw new ArgumentException(
                $"The projection takes {projection.Config.Dimension} dimensions, the sketches have {source.Dimension}.", nameof(projection));
        }

        return Build(strategy, source, projection, PointSet.Of(source, projection));
    }

    /// <summary>Builds an index over keys, and signatures where they are there, that were made before.</summary>
    internal static NeighborIndex Build(
        IndexStrategy strategy, ISketchSource source, SketchProjection projection, PointSet points, SignaturePages? signatures = null) => strategy switch
        {
            IndexStrategy.Signature => new SignatureIndex(source, projection, points, signatures),
            IndexStrategy.Hilbert3D => new CurveIndex(strategy, SpaceFillingCurve.Hilbert3D, source, projection, points),
            IndexStrategy.Morton3D => new CurveIndex(strategy, SpaceFillingCurve.Morton3D, source, projection, points),
            IndexStrategy.Morton2D => new CurveIndex(strategy, SpaceFillingCurve.Morton2D, source, projection, points),
            IndexStrategy.RTree or IndexStrategy.KdTree or IndexStrategy.BallTree => new TreeIndex(strategy, source, projection, points),
            IndexStrategy.Exact => new ExactIndex(source, projection, points),
            _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "There is no such strategy."),
        };

    /// <inheritdoc/>
    public NeighborResult Search(ReadOnlySpan<float> sketch, NeighborQuery query)
    {
        if (Begin(sketch, query) is not { } collector)
        {
            return new NeighborResult([], 0, Certainty.Certain);
        }

        Certainty certainty = Collect(sketch, query, collector);
        return new NeighborResult(collector.ToList(), collector.Candidates, certainty);
    }

    /// <summary>Compares the named sketches and no others: where they are few, that is faster than any index, and certain.</summary>
    internal NeighborResult SearchAmong(ReadOnlySpan<float> sketch, NeighborQuery query, IEnumerable<int> ordinals)
    {
        if (Begin(sketch, query) is not { } collector)
        {
            return new NeighborResult([], 0, Certainty.Certain);
        }

        float[] buffer = new float[Source.Dimension];
        foreach (int ordinal in ordinals)
        {
            query.Cancellation.ThrowIfCancellationRequested();
            Compare(sketch, ordinal, buffer, collector);
        }

        return new NeighborResult(collector.ToList(), collector.Candidates, Certainty.Certain);
    }

    /// <summary>Looks for candidates and offers them with their similarity.</summary>
    private protected abstract Certainty Collect(ReadOnlySpan<float> sketch, NeighborQuery query, NeighborCollector collector);

    /// <summary>Compares one candidate.</summary>
    private protected void Compare(ReadOnlySpan<float> sketch, int ordinal, Span<float> buffer, NeighborCollector collector)
    {
        if (collector.Accepts(ordinal))
        {
            collector.Offer(ordinal, SketchMath.Dot(sketch, Source.Read(ordinal, buffer)));
        }
    }

    private NeighborCollector? Begin(ReadOnlySpan<float> sketch, NeighborQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfNegative(query.MaxCandidates, nameof(query));
        if (sketch.Length != Source.Dimension)
        {
            throw new ArgumentException($"The sketches have {Source.Dimension} dimensions, not {sketch.Length}.", nameof(sketch));
        }

        return sketch.ContainsAnyExcept(0f) ? new NeighborCollector(query, Projection.Project(sketch), Points, IsZero) : null;
    }
}
