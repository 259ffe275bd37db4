using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Core.Storage.Shared;

/// <summary>
/// What searches need to know of all sketches of a space and level: their keys, their points, their signatures. Read once, held in memory,
/// some 60 bytes a sketch and a bit a dimension; the sketches themselves stay in the database. Never changes.
/// </summary>
internal sealed class SketchCatalog : IDisposable
{
    private readonly Func<SketchCatalog, IndexStrategy, NeighborIndex?> _stored;
    private readonly SignaturePages _signatures;
    private readonly Dictionary<IndexStrategy, NeighborIndex> _indexes = [];
    private readonly Lock _gate = new();

    /// <summary>Takes what was read.</summary>
    /// <param name="space">The space.</param>
    /// <param name="rows">What was read, by ascending key.</param>
    /// <param name="sketches">Opens the sketches of keys; closed with the catalog where it can be.</param>
    /// <param name="stored">The database's own index for a strategy; null where one in memory does.</param>
    public SketchCatalog(
        SpatialSpace space,
        SketchCatalogRows rows,
        Func<long[], ISketchSource> sketches,
        Func<SketchCatalog, IndexStrategy, NeighborIndex?> stored)
    {
        _stored = stored;
        _signatures = rows.Signatures;
        Projection = new SketchProjection(space.Projection);
        Points = new PointSet([.. rows.Points], [.. rows.IsZero]);
        EmbeddingIds = [.. rows.EmbeddingIds];
        AtomIds = [.. rows.AtomIds];
        Norms = [.. rows.Norms];
        ValueCounts = [.. rows.ValueCounts];
        IsConstant = [.. rows.IsConstant];
        ByAtom = [.. Enumerable.Range(0, AtomIds.Length)];
        Array.Sort([.. AtomIds], ByAtom);
        Sketches = sketches(EmbeddingIds);
    }

    /// <summary>Keys of the sketches, ascending; the place of a key is the sketch's ordinal.</summary>
    public long[] EmbeddingIds { get; }

    /// <summary>The atom of each sketch.</summary>
    public long[] AtomIds { get; }

    /// <summary>Ordinals in the order of their atoms.</summary>
    public int[] ByAtom { get; }

    /// <summary>The norm of what each sketch stands for.</summary>
    public double[] Norms { get; }

    /// <summary>Number of values each sketch stands for.</summary>
    public long[] ValueCounts { get; }

    /// <summary>Whether these are all the same number.</summary>
    public bool[] IsConstant { get; }

    /// <summary>The sketches.</summary>
    public ISketchSource Sketches { get; }

    /// <summary>Makes the keys.</summary>
    public SketchProjection Projection { get; }

    /// <summary>The keys.</summary>
    public PointSet Points { get; }

    /// <summary>The index of a strategy, built when it is first asked for.</summary>
    public NeighborIndex Index(IndexStrategy strategy)
    {
        lock (_gate)
        {
            if (!_indexes.TryGetValue(strategy, out NeighborIndex? index))
            {
                index = _stored(this, strategy) ?? NeighborIndex.Build(strategy, Sketches, Projection, Points, _signatures);
                _indexes.Add(strategy, index);
            }

            return index;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => (Sketches as IDisposable)?.Dispose();
}
