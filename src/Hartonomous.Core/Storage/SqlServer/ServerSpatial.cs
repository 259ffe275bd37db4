using System.Data;
using System.Runtime.InteropServices;
using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Core.Storage.Shared;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>The sketches and keys of a store on a server. A tenant writes and projects those of its own contents.</summary>
internal sealed class ServerSpatial(SqlServerDatabase database, TenantScope scope, ServerSketchCache cache) : ISpatialStore
{
    private const int HitsAtOnce = 500;

    private const string HitColumns =
        """
        SELECT t.TensorAtomId, m.Name AS Model, t.Name, t.Dtype, t.Shape, t.SizeBytes, t.FilePath, t.FileOffset, t.IsContiguous,
               t.IsBigEndian, t.LayerType, t.LayerIndex, t.Component, a.Hash, a.LastAccessedAt, x.Sha256 AS PrunedFrom, t.ModelId, n.Name AS Tenant
        """;

    private const string HitTables =
        """
        JOIN dbo.Models m ON m.ModelId = t.ModelId JOIN dbo.Tenants n ON n.TenantId = m.TenantId JOIN dbo.Atoms a ON a.AtomId = t.AtomId
        LEFT JOIN dbo.PrunedTensors x ON x.TensorAtomId = t.TensorAtomId
        """;

    private const string WholeRows = "CAST(0 AS bigint) AS RowLength, CAST(0 AS bigint) AS FirstRow, CAST(0 AS bigint) AS [RowCount]";

    /// <inheritdoc/>
    public IReadOnlyList<StoredSpace> ListSpaces(bool withCounts = false) =>
        database.Run(scope.TenantId, connection => ServerSpaces.List(connection, withCounts));

    /// <inheritdoc/>
    public IReadOnlyList<PendingAtom> ListPending(
        SketchConfig sketch, SpatialLevel level, IReadOnlyCollection<long>? modelIds, PendingAtom? after, int limit)
    {
        ArgumentNullException.ThrowIfNull(sketch);
        return database.Run(
            scope.TenantId, connection => ServerPending.List(connection, scope, sketch, level, new SpatialFilter { ModelIds = modelIds }, after, limit));
    }

    /// <inheritdoc/>
    public (long Atoms, long Bytes) CountPending(SketchConfig sketch, SpatialLevel level, IReadOnlyCollection<long>? modelIds)
    {
        IReadOnlyList<PendingAtom> pending = ListPending(sketch, level, modelIds, null, int.MaxValue);
        return (pending.Count, pending.Sum(atom => atom.SizeBytes));
    }

    /// <inheritdoc/>
    public IReadOnlyList<(long EmbeddingId, Sketch Sketch)> ListUnprojected(SpatialSpace space, long after, int limit)
    {
        ArgumentNullException.ThrowIfNull(space);
        (int? sketchId, int projectionId) = database.Run(scope.TenantId, connection =>
            (ServerSpaces.Find(connection, space.Sketch), ServerSpaces.Find(connection, space)?.Projection ?? 0));
        return sketchId is null
            ? []
            :
            [
                .. database.Query<SketchRow>(
                    scope.TenantId,
                    "dbo.sp_ListUnprojected",
                    new { scope.TenantId, SketchConfigId = sketchId, ProjectionConfigId = projectionId, After = after, Limit = limit })
                    .Select(row => (row.EmbeddingId, row.ToSketch(space.Sketch))),
            ];
    }

    /// <inheritdoc/>
    public void Write(SpatialSpace space, IReadOnlyList<SpatialEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(entries);
        (int sketchId, int projectionId) = ServerSpaces.Require(database, scope.TenantId, space);
        SketchSignature signature = new(new RandomRotation(space.Sketch.Dimension));
        BulkTable table = new(
            "#Entries",
            [
                ("AtomId", "bigint NOT NULL", SqlDbType.BigInt), ("Level", "nvarchar(20) COLLATE DATABASE_DEFAULT NOT NULL", SqlDbType.NVarChar),
                ("Dtype", "nvarchar(30) COLLATE DATABASE_DEFAULT NOT NULL", SqlDbType.NVarChar), ("RowLength", "bigint NOT NULL", SqlDbType.BigInt),
                ("FirstRow", "bigint NOT NULL", SqlDbType.BigInt), ("RowCount", "bigint NOT NULL", SqlDbType.BigInt),
                ("ValueCount", "bigint NOT NULL", SqlDbType.BigInt), ("NonFiniteCount", "bigint NOT NULL", SqlDbType.BigInt),
                ("Norm", "float NOT NULL", SqlDbType.Float), ("IsConstant", "bit NOT NULL", SqlDbType.Bit),
                ("Signature", "varbinary(2048) NULL", SqlDbType.VarBinary), ("Sketch", "varbinary(max) NULL", SqlDbType.VarBinary), .. KeyColumns,
            ]);
        foreach (SpatialEntry entry in entries)
        {
            ReadOnlySpan<float> values = entry.Sketch.Values.Span;
            table.Add(
                entry.AtomId,
                entry.Level.ToString(),
                entry.Dtype.ToString(),
                entry.Rows.RowLength,
                entry.Rows.First,
                entry.Rows.Count,
                entry.Sketch.Count,
                entry.Sketch.NonFinite,
                entry.Sketch.Norm,
                entry.Sketch.IsConstant,
                entry.Sketch.IsZero ? null : signature.Of(values).ToArray(),
                entry.Sketch.IsZero ? null : MemoryMarshal.AsBytes(values).ToArray(),
                (double)entry.Point.X,
                (double)entry.Point.Y,
                (double)entry.Point.Z,
                SpatialGrid.ToKey(entry.Point, SpaceFillingCurve.Hilbert3D),
                SpatialGrid.ToKey(entry.Point, SpaceFillingCurve.Morton3D),
                SpatialGrid.ToKey(entry.Point, SpaceFillingCurve.Morton2D));
        }

        Send(table, "dbo.sp_WriteSketches", new { scope.TenantId, SketchConfigId = sketchId, ProjectionConfigId = projectionId });
    }

    /// <inheritdoc/>
    public void WriteKeys(SpatialSpace space, IReadOnlyList<(long EmbeddingId, SpatialPoint Point)> keys)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(keys);
        (int _, int projectionId) = ServerSpaces.Require(database, scope.TenantId, space);
        BulkTable table = new("#Keys", [("EmbeddingId", "bigint NOT NULL", SqlDbType.BigInt), .. KeyColumns]);
        foreach ((long id, SpatialPoint point) in keys)
        {
            table.Add(
                id,
                (double)point.X,
                (double)point.Y,
                (double)point.Z,
                SpatialGrid.ToKey(point, SpaceFillingCurve.Hilbert3D),
                SpatialGrid.ToKey(point, SpaceFillingCurve.Morton3D),
                SpatialGrid.ToKey(point, SpaceFillingCurve.Morton2D));
        }

        Send(table, "dbo.sp_WriteSpatialKeys", new { scope.TenantId, ProjectionConfigId = projectionId });
    }

    /// <summary>Does nothing: a server keeps its indexes while others search.</summary>
    public void BeginBulk(long keys)
    {
    }

    /// <inheritdoc/>
    public void BuildIndexes(Action<long>? advance = null, CancellationToken cancellation = default)
    {
        if (database.HasVectors)
        {
            ServerVectors.Fill(database, scope.TenantId, advance, cancellation);
        }
    }

    /// <inheritdoc/>
    public Sketch? FindSketch(SketchConfig sketch, SpatialLevel level, ContentHash hash, TensorDtype dtype, SpatialRows rows)
    {
        ArgumentNullException.ThrowIfNull(sketch);
        return database.Query<SketchRow>(scope.TenantId, "dbo.sp_FindSketch", new
        {
            scope.TenantId,
            SketchIdentity = sketch.Id,
            Level = level.ToString(),
            Hash = hash,
            Dtype = dtype.ToString(),
            rows.RowLength,
            FirstRow = rows.First,
        }).SingleOrDefault()?.ToSketch(sketch);
    }

    /// <inheritdoc/>
    public SpatialAnswer Search(SpatialSpace space, SpatialLevel level, SpatialSearch search)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(search);
        SketchSearch.Check(space, search);
        (SketchCatalog catalog, SketchReach reach) = cache.Open(scope, space, level, search.Filter);
        NeighborResult result = SketchSearch.Run(catalog, reach, search);
        ILookup<long, HitRow> tensors = FindHits(search.Filter, [.. result.Neighbors.Select(neighbor => catalog.EmbeddingIds[neighbor.Ordinal])]);
        return new SpatialAnswer(
            SketchSearch.ToHits(catalog, result.Neighbors, search, id => tensors[id]), result.Candidates, result.Certainty, reach.Count, reach.Pending);
    }

    /// <inheritdoc/>
    public ISketchSource OpenSketches(SpatialSpace space, SpatialLevel level, SpatialFilter filter)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(filter);
        (SketchCatalog catalog, SketchReach reach) = cache.Open(scope, space, level, filter);
        return new SketchSelection(catalog.Sketches, [.. SketchSearch.Ordinals(reach)]);
    }

    /// <inheritdoc/>
    public IReadOnlyList<(long TensorAtomId, SpatialHit Twin)> ListTwins(long modelId) =>
    [
        .. QueryHits(
            $"""
            {HitColumns}, {WholeRows}, o.TensorAtomId AS OwnId
            FROM dbo.TensorAtoms o JOIN dbo.TensorAtoms t ON t.AtomId = o.AtomId AND t.ModelId <> o.ModelId {HitTables}
            WHERE o.ModelId = @modelId AND {SketchReach.Condition(scope, SpatialFilter.None)} ORDER BY o.Ordinal, t.TensorAtomId
            """,
            new { modelId }).Select(row => (row.OwnId, row.ToHit(1, 0, 0))),
    ];

    /// <inheritdoc/>
    public SpatialHit? FindTensor(long? tensorAtomId, ContentHash? hash) => QueryHits(
        $"""
        {HitColumns.Replace("SELECT", "SELECT TOP (1)", StringComparison.Ordinal)}, {WholeRows}
        FROM dbo.TensorAtoms t {HitTables}
        WHERE {(hash is null ? "t.TensorAtomId = @tensorAtomId" : "a.Hash = @hash")} AND {SketchReach.Condition(scope, SpatialFilter.None)}
        ORDER BY t.TensorAtomId
        """,
        new { tensorAtomId, hash = hash?.ToArray() }).SingleOrDefault()?.ToHit(1, 0, 0);

    private static (string Name, string Type, SqlDbType Sent)[] KeyColumns =>
    [
        ("X", "float NOT NULL", SqlDbType.Float), ("Y", "float NOT NULL", SqlDbType.Float), ("Z", "float NOT NULL", SqlDbType.Float),
        ("HilbertIndex", "bigint NOT NULL", SqlDbType.BigInt), ("MortonIndex", "bigint NOT NULL", SqlDbType.BigInt),
        ("Morton2DIndex", "bigint NOT NULL", SqlDbType.BigInt),
    ];

    private void Send(BulkTable table, string procedure, object parameters) => database.Run(scope.TenantId, connection =>
    {
        table.Send(connection);
        connection.Execute(
            procedure, parameters, commandTimeout: SqlServerDatabase.CommandSeconds, commandType: CommandType.StoredProcedure);
    });

    private ILookup<long, HitRow> FindHits(SpatialFilter filter, long[] embeddingIds) => embeddingIds.Chunk(HitsAtOnce).SelectMany(ids => QueryHits(
        $"""
        {HitColumns}, e.EmbeddingId, e.RowLength, e.FirstRow, e.[RowCount]
        FROM dbo.AtomEmbeddings e JOIN dbo.TensorAtoms t ON t.AtomId = e.AtomId AND t.Dtype = e.Dtype {HitTables}
        WHERE e.EmbeddingId IN ({string.Join(", ", ids)}) AND {SketchReach.Condition(scope, filter)} ORDER BY t.TensorAtomId
        """,
        new { })).ToLookup(row => row.EmbeddingId);

    private List<HitRow> QueryHits(string sql, object parameters) =>
    [
        .. database.Run(scope.TenantId, connection => connection.Query<HitRow>(sql, parameters, commandTimeout: SqlServerDatabase.CommandSeconds).AsList())
            .Select(row => row with { Model = SqlText.Decode(row.Model), Name = SqlText.Decode(row.Name), FilePath = SqlText.Decode(row.FilePath) }),
    ];
}
