using System.Data;
using Dapper;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Core.Storage.Shared;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// The catalogs of a store on a server. Each tenant's is its own: signatures and norms of others do not leave the server. It is read again when
/// sketches were written or the tenant's models have changed.
/// </summary>
internal sealed class ServerSketchCache(SqlServerDatabase database) : SketchCache
{
    /// <inheritdoc/>
    protected override long? OwnerOf(TenantScope scope) => scope.TenantId;

    // What a tenant reaches changes with its models alone, and these never change but come and go, under keys that never come again.
    /// <inheritdoc/>
    protected override (string OfCatalogs, string OfReaches) Look(TenantScope scope)
    {
        (long changes, long models, decimal sum) = database.Run(scope.TenantId, connection => connection.QuerySingle<(long, long, decimal)>(
            """
            SELECT (SELECT s.Changes FROM dbo.SpatialState s) AS Changes, COUNT_BIG(*) AS Models,
                   CAST(COALESCE(SUM(CAST(m.ModelId AS decimal(38, 0))), 0) AS decimal(38, 0)) AS Keys
            FROM dbo.Models m
            WHERE @TenantId IS NULL OR m.TenantId = @TenantId
            """,
            new { scope.TenantId }));
        return (scope.TenantId is null ? $"{changes}" : $"{changes}/{models}/{sum}", $"{changes}/{models}/{sum}");
    }

    /// <inheritdoc/>
    protected override SketchCatalog Load(TenantScope scope, SpatialSpace space, SpatialLevel level)
    {
        SketchCatalogRows? rows = null;
        int projectionId = 0;
        database.Run(scope.TenantId, connection =>
        {
            projectionId = ServerSpaces.Find(connection, space)?.Projection ?? throw new StoreException(
                StoreErrorCodes.SpatialNoKeys, database.Options.ToString(), $"there are no keys of the space '{space}'");
            rows = new SketchCatalogRows(space.Sketch.Dimension);
            Read(connection, scope.TenantId, projectionId, level, rows);
        });
        return new SketchCatalog(
            space,
            rows!,
            ids => new ServerSketches(database, scope.TenantId, ids, space.Sketch.Dimension),
            (catalog, strategy) => StoredIndex(catalog, strategy, scope.TenantId, projectionId, level));
    }

    /// <inheritdoc/>
    protected override SketchReach FindReach(TenantScope scope, SketchCatalog catalog, SpatialFilter filter) => SketchReach.Of(
        catalog,
        database.Run(scope.TenantId, connection => connection.Query<(long AtomId, int IsUndecodable)>(
            $"""
            SELECT t.AtomId, MAX(CASE WHEN t.Dtype IN ({SketchReach.Undecodable}) THEN 1 ELSE 0 END) AS IsUndecodable
            FROM dbo.TensorAtoms t JOIN dbo.Models m ON m.ModelId = t.ModelId
            WHERE {SketchReach.Condition(scope, filter)} GROUP BY t.AtomId ORDER BY t.AtomId
            """,
            commandTimeout: SqlServerDatabase.CommandSeconds).AsList()).Select(row => (row.AtomId, row.IsUndecodable == 1)));

    private static void Read(SqlConnection connection, long? tenantId, int projectionId, SpatialLevel level, SketchCatalogRows rows)
    {
        using SqlCommand command = connection.CreateCommand();
        command.CommandText = "dbo.sp_LoadSpatialKeys";
        command.CommandType = CommandType.StoredProcedure;
        command.CommandTimeout = SqlServerDatabase.CommandSeconds;
        command.Parameters.Add("@TenantId", SqlDbType.BigInt).Value = (object?)tenantId ?? DBNull.Value;
        command.Parameters.Add("@ProjectionConfigId", SqlDbType.Int).Value = projectionId;
        command.Parameters.Add("@Level", SqlDbType.NVarChar, 20).Value = level.ToString();
        using SqlDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(
                reader.GetInt64(0),
                reader.GetInt64(1),
                new SpatialPoint((float)reader.GetDouble(2), (float)reader.GetDouble(3), (float)reader.GetDouble(4)),
                reader.GetDouble(5),
                reader.GetInt64(6),
                reader.GetBoolean(7),
                reader.IsDBNull(8) ? [] : reader.GetFieldValue<byte[]>(8));
        }
    }

    // R-trees of three dimensions no server has: that one is built in memory, as the other trees are.
    private NeighborIndex? StoredIndex(SketchCatalog catalog, IndexStrategy strategy, long? tenantId, int projectionId, SpatialLevel level)
    {
        return strategy switch
        {
            IndexStrategy.Hilbert3D => Curve(SpaceFillingCurve.Hilbert3D),
            IndexStrategy.Morton3D => Curve(SpaceFillingCurve.Morton3D),
            IndexStrategy.Morton2D => Curve(SpaceFillingCurve.Morton2D),
            IndexStrategy.Exact when database.HasVectors && catalog.Sketches.Dimension == ServerVectorIndex.VectorDimension =>
                new ServerVectorIndex(database, tenantId, projectionId, level, catalog),
            _ => null,
        };

        ServerCurveIndex Curve(SpaceFillingCurve curve) => new(database, tenantId, projectionId, level, strategy, curve, catalog);
    }
}
