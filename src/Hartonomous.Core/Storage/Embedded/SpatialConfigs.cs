using System.Globalization;
using Dapper;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The configurations that a store has sketches and keys of, and their keys.</summary>
internal static class SpatialConfigs
{
    /// <summary>The R*Tree's keys leave eight bits for the projection.</summary>
    private const int MostProjections = 255;

    /// <summary>The key of a configuration of sketches, or null.</summary>
    public static long? Find(SqliteConnection connection, SketchConfig sketch) => connection.QuerySingleOrDefault<long?>(
        "SELECT SketchConfigId FROM SketchConfig WHERE Identity = @Id", new { sketch.Id });

    /// <summary>The keys of a space, or null.</summary>
    public static (long Sketch, long Projection)? Find(SqliteConnection connection, SpatialSpace space) =>
        Find(connection, space.Sketch) is { } sketchId &&
        connection.QuerySingleOrDefault<long?>(
            "SELECT ProjectionConfigId FROM ProjectionConfig WHERE SketchConfigId = @sketchId AND Identity = @Id",
            new { sketchId, space.Projection.Id }) is { } projectionId
            ? (sketchId, projectionId)
            : null;

    /// <summary>The keys of a space, which is made where it is not there; in the caller's transaction.</summary>
    public static (long Sketch, long Projection) Require(SqliteConnection connection, SpatialSpace space)
    {
        if (Find(connection, space) is { } found)
        {
            return found;
        }

        connection.Execute(
            """
            INSERT INTO SketchConfig (Identity, Description, Dimension, Seed) VALUES (@Id, @description, @Dimension, @seed)
            ON CONFLICT (Identity) DO NOTHING
            """,
            new { space.Sketch.Id, description = space.Sketch.ToString(), space.Sketch.Dimension, seed = Text(space.Sketch.Seed) });
        long sketchId = Find(connection, space.Sketch)!.Value;
        if (connection.ExecuteScalar<long>("SELECT coalesce(max(ProjectionConfigId), 0) FROM ProjectionConfig") >= MostProjections)
        {
            throw new StoreException(
                StoreErrorCodes.SpatialTooManyProjections, space.Projection.ToString(), $"the store has {MostProjections} projections, and takes no more");
        }

        connection.Execute(
            """
            INSERT INTO ProjectionConfig (SketchConfigId, Identity, Description, Method, Seed, CreatedAt)
            VALUES (@sketchId, @Id, @description, @method, @seed, @now)
            """,
            new
            {
                sketchId,
                space.Projection.Id,
                description = space.Projection.ToString(),
                method = space.Projection.Method.ToString(),
                seed = Text(space.Projection.Seed),
                now = StoreDatabase.Now(),
            });
        return Find(connection, space)!.Value;
    }

    /// <summary>The spaces there are, of the constructions this program knows.</summary>
    public static IReadOnlyList<StoredSpace> List(SqliteConnection connection, bool withCounts)
    {
        List<StoredSpace> spaces = [];
        foreach (SpaceRow row in connection.Query<SpaceRow>(
            """
            SELECT p.ProjectionConfigId, s.Dimension, s.Seed AS SketchSeed, s.Description AS SketchText, p.Method, p.Seed AS ProjectionSeed,
                   p.Description AS ProjectionText, p.CreatedAt AS CreatedAtUtc
            FROM ProjectionConfig p JOIN SketchConfig s ON s.SketchConfigId = p.SketchConfigId
            ORDER BY p.ProjectionConfigId
            """).AsList())
        {
            SketchConfig sketch = new(row.Dimension, ulong.Parse(row.SketchSeed, CultureInfo.InvariantCulture));
            ProjectionConfig projection = new(
                Enum.Parse<ProjectionMethod>(row.Method), row.Dimension, ulong.Parse(row.ProjectionSeed, CultureInfo.InvariantCulture));
            if (sketch.ToString() == row.SketchText && projection.ToString() == row.ProjectionText)
            {
                spaces.Add(new StoredSpace(
                    new SpatialSpace(sketch, projection), withCounts ? Count(connection, row.ProjectionConfigId) : [], row.CreatedAtUtc));
            }
        }

        return spaces;
    }

    private static Dictionary<SpatialLevel, long> Count(SqliteConnection connection, long projectionId) => connection.Query<(string Level, long Keys)>(
        """
        SELECT e.Level, count(*) FROM SpatialKeys k JOIN AtomEmbeddings e ON e.EmbeddingId = k.EmbeddingId
        WHERE k.ProjectionConfigId = @projectionId GROUP BY e.Level
        """,
        new { projectionId }).ToDictionary(level => Enum.Parse<SpatialLevel>(level.Level), level => level.Keys);

    private static string Text(ulong seed) => seed.ToString(CultureInfo.InvariantCulture);

    private sealed record SpaceRow
    {
        public required long ProjectionConfigId { get; init; }

        public required int Dimension { get; init; }

        public required string SketchSeed { get; init; }

        public required string SketchText { get; init; }

        public required string Method { get; init; }

        public required string ProjectionSeed { get; init; }

        public required string ProjectionText { get; init; }

        public required DateTime CreatedAtUtc { get; init; }
    }
}
