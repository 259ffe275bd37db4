using Dapper;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Storage.Shared;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The catalogs of an embedded store. Asking whether the database has changed costs a search some microseconds.</summary>
internal sealed class EmbeddedSketchCache(StoreDatabase database) : SketchCache
{
    private SqliteConnection? _watch;
    private long _version = -1;
    private long _changes;

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _watch?.Dispose();
        _watch = null;
    }

    // SQLite's own number of a database's version changes with every commit of any other connection; this one never writes.
    /// <inheritdoc/>
    protected override (string OfCatalogs, string OfReaches) Look(TenantScope scope)
    {
        _watch ??= database.Connect();
        long version = _watch.ExecuteScalar<long>("PRAGMA data_version");
        if (version != _version)
        {
            _changes = _watch.ExecuteScalar<long>("SELECT Changes FROM SpatialState");
            _version = version;
        }

        return ($"{_changes}", $"{_version}");
    }

    /// <summary>Reads the catalog of a space and level. All in one read transaction.</summary>
    protected override SketchCatalog Load(TenantScope scope, SpatialSpace space, SpatialLevel level)
    {
        (long Sketch, long Projection) keys = SpatialConfigs.Find(_watch!, space) ?? throw new StoreException(
            StoreErrorCodes.SpatialNoKeys, database.FilePath, $"there are no keys of the space '{space}'");
        SketchCatalogRows rows = new(space.Sketch.Dimension);
        using SqliteStatement statement = new(
            _watch!,
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
            sqlite3_stmt row = statement.Handle;
            rows.Add(
                raw.sqlite3_column_int64(row, 0),
                raw.sqlite3_column_int64(row, 1),
                new SpatialPoint(
                    (float)raw.sqlite3_column_double(row, 2), (float)raw.sqlite3_column_double(row, 3), (float)raw.sqlite3_column_double(row, 4)),
                raw.sqlite3_column_double(row, 5),
                raw.sqlite3_column_int64(row, 6),
                raw.sqlite3_column_int64(row, 7) != 0,
                raw.sqlite3_column_blob(row, 8));
        }

        return new SketchCatalog(
            space,
            rows,
            ids => new StoredSketches(database, ids, space.Sketch.Dimension),
            (catalog, strategy) => StoredIndex(catalog, strategy, keys.Projection));
    }

    /// <inheritdoc/>
    protected override SketchReach FindReach(TenantScope scope, SketchCatalog catalog, SpatialFilter filter)
    {
        using SqliteStatement statement = new(
            _watch!,
            $"""
            SELECT t.AtomId, max(t.Dtype IN ({SketchReach.Undecodable})) FROM TensorAtoms t JOIN Models m ON m.ModelId = t.ModelId
            WHERE {SketchReach.Condition(scope, filter)} GROUP BY t.AtomId ORDER BY t.AtomId
            """);
        return SketchReach.Of(catalog, Atoms(statement));
    }

    private static IEnumerable<(long AtomId, bool IsUndecodable)> Atoms(SqliteStatement statement)
    {
        while (statement.Step())
        {
            yield return (raw.sqlite3_column_int64(statement.Handle, 0), raw.sqlite3_column_int64(statement.Handle, 1) != 0);
        }
    }

    private NeighborIndex? StoredIndex(SketchCatalog catalog, IndexStrategy strategy, long projectionId)
    {
        return strategy switch
        {
            IndexStrategy.Hilbert3D => Curve(SpaceFillingCurve.Hilbert3D, "HilbertIndex"),
            IndexStrategy.Morton3D => Curve(SpaceFillingCurve.Morton3D, "MortonIndex"),
            IndexStrategy.Morton2D => Curve(SpaceFillingCurve.Morton2D, "Morton2DIndex"),
            IndexStrategy.RTree => new StoredTreeIndex(
                database, projectionId, catalog.EmbeddingIds, catalog.Sketches, catalog.Projection, catalog.Points),
            _ => null,
        };

        StoredCurveIndex Curve(SpaceFillingCurve curve, string column) => new(
            database, projectionId, catalog.EmbeddingIds, column, strategy, curve, catalog.Sketches, catalog.Projection, catalog.Points);
    }
}
