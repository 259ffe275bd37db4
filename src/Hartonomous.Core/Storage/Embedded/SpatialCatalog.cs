using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// What searches need to know of all sketches of a space and level: their keys, their points, their signatures. Read once, held in memory,
/// some 60 bytes a sketch and a bit a dimension; the sketches themselves stay in the database. Never changes.
/// </summary>
internal sealed class SpatialCatalog : IDisposable
{
    private readonly StoreDatabase _database;
    private readonly (long Sketch, long Projection) _space;
    private readonly SketchProjection _projection;
    private readonly PointSet _points;
    private readonly SignaturePages _signatures;
    private readonly StoredSketches _sketches;
    private readonly Dictionary<IndexStrategy, NeighborIndex> _indexes = [];
    private readonly Lock _gate = new();

    private SpatialCatalog(StoreDatabase database, SpatialSpace space, (long Sketch, long Projection) keys, Rows rows)
    {
        _database = database;
        _space = keys;
        _projection = new SketchProjection(space.Projection);
        _points = new PointSet([.. rows.Points], [.. rows.IsZero]);
        _signatures = rows.Signatures;
        EmbeddingIds = [.. rows.EmbeddingIds];
        AtomIds = [.. rows.AtomIds];
        Norms = [.. rows.Norms];
        ValueCounts = [.. rows.ValueCounts];
        IsConstant = [.. rows.IsConstant];
        ByAtom = [.. Enumerable.Range(0, AtomIds.Length)];
        Array.Sort([.. AtomIds], ByAtom);
        _sketches = new StoredSketches(database, EmbeddingIds, space.Sketch.Dimension);
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
    public ISketchSource Sketches => _sketches;

    /// <summary>Reads the catalog of a space and level. All in one read transaction.</summary>
    public static SpatialCatalog Load(
        StoreDatabase database, SqliteConnection connection, SpatialSpace space, (long Sketch, long Projection) keys, SpatialLevel level)
    {
        Rows rows = new(space.Sketch.Dimension);
        using SqliteStatement statement = new(
            connection,
            """
            SELECT k.EmbeddingId, e.AtomId, k.X, k.Y, k.Z, e.Norm, e.ValueCount, e.IsConstant, e.Signature
            FROM SpatialKeys k CROSS JOIN AtomEmbeddings e ON e.EmbeddingId = k.EmbeddingId
            WHERE k.ProjectionConfigId = ?1 AND e.Level = ?2
            ORDER BY k.EmbeddingId
            """);
        statement.Bind(1, keys.Projection);
        statement.Bind(2, level.ToString());
        while (statement.Step())
        {
            rows.Add(statement.Handle);
        }

        return new SpatialCatalog(database, space, keys, rows);
    }

    /// <summary>The index of a strategy, built when it is first asked for.</summary>
    public NeighborIndex Index(IndexStrategy strategy)
    {
        lock (_gate)
        {
            if (!_indexes.TryGetValue(strategy, out NeighborIndex? index))
            {
                index = strategy switch
                {
                    IndexStrategy.Hilbert3D => StoredCurve(strategy, SpaceFillingCurve.Hilbert3D, "HilbertIndex"),
                    IndexStrategy.Morton3D => StoredCurve(strategy, SpaceFillingCurve.Morton3D, "MortonIndex"),
                    IndexStrategy.Morton2D => StoredCurve(strategy, SpaceFillingCurve.Morton2D, "Morton2DIndex"),
                    IndexStrategy.RTree => new StoredTreeIndex(_database, _space.Projection, EmbeddingIds, _sketches, _projection, _points),
                    _ => NeighborIndex.Build(strategy, _sketches, _projection, _points, _signatures),
                };
                _indexes.Add(strategy, index);
            }

            return index;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sketches.Dispose();

    private StoredCurveIndex StoredCurve(IndexStrategy strategy, SpaceFillingCurve curve, string column) =>
        new(_database, _space.Projection, EmbeddingIds, column, strategy, curve, _sketches, _projection, _points);

    private sealed class Rows(int dimension)
    {
        private const int Growth = 1 << 16;

        public List<long> EmbeddingIds { get; } = [];

        public List<long> AtomIds { get; } = [];

        public List<SpatialPoint> Points { get; } = [];

        public List<bool> IsZero { get; } = [];

        public List<double> Norms { get; } = [];

        public List<long> ValueCounts { get; } = [];

        public List<bool> IsConstant { get; } = [];

        public SignaturePages Signatures { get; } = new(new RandomRotation(dimension).Length);

        public void Add(sqlite3_stmt row)
        {
            int ordinal = EmbeddingIds.Count;
            EmbeddingIds.Add(raw.sqlite3_column_int64(row, 0));
            AtomIds.Add(raw.sqlite3_column_int64(row, 1));
            Points.Add(new SpatialPoint(
                (float)raw.sqlite3_column_double(row, 2), (float)raw.sqlite3_column_double(row, 3), (float)raw.sqlite3_column_double(row, 4)));
            Norms.Add(raw.sqlite3_column_double(row, 5));
            ValueCounts.Add(raw.sqlite3_column_int64(row, 6));
            IsConstant.Add(raw.sqlite3_column_int64(row, 7) != 0);
            ReadOnlySpan<byte> signature = raw.sqlite3_column_blob(row, 8);
            bool isZero = signature.Length != Signatures.Columns;
            IsZero.Add(isZero);
            if (ordinal % Growth == 0)
            {
                Signatures.Reserve(ordinal + (long)Growth);
            }

            if (!isZero)
            {
                Signatures.Set(ordinal, signature);
            }
        }
    }
}
