using System.Globalization;
using Dapper;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Core.Storage.Shared;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>The configurations that a store on a server has sketches and keys of, and their keys.</summary>
internal static class ServerSpaces
{
    /// <summary>The key of a configuration of sketches, or null.</summary>
    public static int? Find(SqlConnection connection, SketchConfig sketch) => connection.QuerySingleOrDefault<int?>(
        "SELECT c.SketchConfigId FROM dbo.SketchConfig c WHERE c.[Identity] = @Id", new { sketch.Id });

    /// <summary>The keys of a space, or null.</summary>
    public static (int Sketch, int Projection)? Find(SqlConnection connection, SpatialSpace space)
    {
        (int sketch, int projection) = connection.QuerySingleOrDefault<(int, int)>(
            """
            SELECT c.SketchConfigId, p.ProjectionConfigId
            FROM dbo.SketchConfig c JOIN dbo.ProjectionConfig p ON p.SketchConfigId = c.SketchConfigId
            WHERE c.[Identity] = @sketch AND p.[Identity] = @projection
            """,
            new { sketch = space.Sketch.Id, projection = space.Projection.Id });
        return projection == 0 ? null : (sketch, projection);
    }

    /// <summary>The keys of a space, which is made where it is not there.</summary>
    public static (int Sketch, int Projection) Require(SqlServerDatabase database, long? tenantId, SpatialSpace space) =>
        database.Run(tenantId, connection => Find(connection, space)) ?? database.Query<(int, int)>(tenantId, "dbo.sp_RequireSpace", new
        {
            SketchIdentity = space.Sketch.Id,
            SketchText = space.Sketch.ToString(),
            space.Sketch.Dimension,
            SketchSeed = space.Sketch.Seed.ToString(CultureInfo.InvariantCulture),
            ProjectionIdentity = space.Projection.Id,
            ProjectionText = space.Projection.ToString(),
            Method = space.Projection.Method.ToString(),
            ProjectionSeed = space.Projection.Seed.ToString(CultureInfo.InvariantCulture),
        }).Single();

    /// <summary>The spaces there are, of the constructions this program knows.</summary>
    public static IReadOnlyList<StoredSpace> List(SqlConnection connection, bool withCounts)
    {
        List<SpaceRow> rows = connection.Query<SpaceRow>(
            """
            SELECT CAST(p.ProjectionConfigId AS bigint) AS ProjectionConfigId, s.Dimension, s.Seed AS SketchSeed, s.Description AS SketchText, p.Method,
                   p.Seed AS ProjectionSeed, p.Description AS ProjectionText, p.CreatedAt AS CreatedAtUtc
            FROM dbo.ProjectionConfig p JOIN dbo.SketchConfig s ON s.SketchConfigId = p.SketchConfigId
            ORDER BY p.ProjectionConfigId
            """).AsList();
        ILookup<long, (long Projection, string Level, long Keys)>? counts = withCounts
            ? connection.Query<(long Projection, string Level, long Keys)>(
                """
                SELECT CAST(k.ProjectionConfigId AS bigint), e.Level, COUNT_BIG(k.EmbeddingId)
                FROM dbo.SpatialKeys k JOIN dbo.AtomEmbeddings e ON e.EmbeddingId = k.EmbeddingId
                GROUP BY k.ProjectionConfigId, e.Level
                """,
                commandTimeout: SqlServerDatabase.CommandSeconds).ToLookup(row => row.Projection)
            : null;
        return
        [
            .. from row in rows
               let space = row.ToSpace()
               where space is not null
               let keys = counts?[row.ProjectionConfigId].ToDictionary(count => Enum.Parse<SpatialLevel>(count.Level), count => count.Keys)
               select new StoredSpace(space, keys ?? [], row.CreatedAtUtc),
        ];
    }
}
