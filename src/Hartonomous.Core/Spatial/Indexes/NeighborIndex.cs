using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>What all strategies share: the spatial keys, the exact ranking, the collection of the best.</summary>
public abstract class NeighborIndex : INeighborIndex
{
    private const int PointsAtOnce = 1024;

    /// <summary>The strategy that measures best; <c>bench</c> prints the table.</summary>
    public const IndexStrategy Default = IndexStrategy.Signature;

    private protected NeighborIndex(IndexStrategy strategy, ISketchSource source, SketchProjection projection)
    {
        Strategy = strategy;
        Source = source;
        Projection = projection;
        Points = new SpatialPoint[source.Count];
        IsZero = new bool[source.Count];
        Parallel.For(0, (source.Count + PointsAtOnce - 1) / PointsAtOnce, chunk =>
        {
            float[] buffer = new float[source.Dimension];
            for (int i = chunk * PointsAtOnce; i < Math.Min((chunk + 1) * PointsAtOnce, source.Count); i++)
            {
                ReadOnlySpan<float> sketch = source.Read(i, buffer);
                Points[i] = projection.Project(sketch);
                IsZero[i] = !sketch.ContainsAnyExcept(0f);
            }
        });
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
            throw new ArgumentException($"The projection takes {projection.Config.Dimension} dimensions, the sketches have {source.Dimension}.", nameof(projection));
        }

        return strategy switch
        {
            IndexStrategy.Signature => new SignatureIndex(source, projection),
            IndexStrategy.Hilbert3D => new CurveIndex(strategy, SpaceFillingCurve.Hilbert3D, source, projection),
            IndexStrategy.Morton3D => new CurveIndex(strategy, SpaceFillingCurve.Morton3D, source, projection),
            IndexStrategy.Morton2D => new CurveIndex(strategy, SpaceFillingCurve.Morton2D, source, projection),
            IndexStrategy.RTree or IndexStrategy.KdTree or IndexStrategy.BallTree => new TreeIndex(strategy, source, projection),
            IndexStrategy.Exact => new ExactIndex(source, projection),
            _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "There is no such strategy."),
        };
    }

    /// <inheritdoc/>
    public NeighborResult Search(ReadOnlySpan<float> sketch, NeighborQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1, nameof(query));
        ArgumentOutOfRangeException.ThrowIfNegative(query.MaxCandidates, nameof(query));
        if (sketch.Length != Source.Dimension)
        {
            throw new ArgumentException($"The sketches have {Source.Dimension} dimensions, not {sketch.Length}.", nameof(sketch));
        }

        if (!sketch.ContainsAnyExcept(0f))
        {
            return new NeighborResult([], 0, Certainty.Certain);
        }

        NeighborCollector collector = new(query, Projection.Project(sketch), Points, IsZero);
        Certainty certainty = Collect(sketch, query, collector);
        return new NeighborResult(collector.ToList(), collector.Candidates, certainty);
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
}
