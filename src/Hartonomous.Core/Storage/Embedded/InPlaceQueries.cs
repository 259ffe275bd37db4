using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>What of models and files lies outside the store.</summary>
internal static class InPlaceQueries
{
    /// <summary>The contents of a model that lie outside, once each however many files hold them.</summary>
    public const string ModelAtoms =
        """
        WITH Used AS (
            SELECT AtomId FROM TensorAtoms WHERE ModelId = @modelId
            UNION
            SELECT s.AtomId FROM ModelFiles f JOIN RecipeSegments s ON s.RecipeId = f.RecipeId WHERE f.ModelId = @modelId AND s.AtomId IS NOT NULL),
        Payloads AS (
            SELECT AtomId FROM Used UNION SELECT c.BlockAtomId FROM Used u JOIN TensorAtomCoefficients c ON c.AtomId = u.AtomId),
        Outside AS (
            SELECT p.AtomId, min(s.SourceFileId) AS SourceFileId, s.FileOffset FROM Payloads p JOIN AtomSources s ON s.AtomId = p.AtomId GROUP BY p.AtomId)
        """;

    public static InPlaceUse OfModel(SqliteConnection connection, long modelId)
    {
        (long atoms, long bytes) = connection.QuerySingle<(long, long)>(
            $"{ModelAtoms} SELECT count(*), coalesce(sum(a.SizeBytes), 0) FROM Outside o JOIN Atoms a ON a.AtomId = o.AtomId", new { modelId });
        List<(string Path, long SizeBytes, long Ticks)> files = atoms == 0 ? [] : connection.Query<(string, long, long)>(
            $"""
            {ModelAtoms}
            SELECT DISTINCT f.Path, f.SizeBytes, f.ModifiedAt
            FROM Outside o JOIN AtomSources s ON s.AtomId = o.AtomId JOIN SourceFiles f ON f.SourceFileId = s.SourceFileId ORDER BY f.Path
            """,
            new { modelId }).AsList();
        return new InPlaceUse(
            atoms, bytes, [.. files.Select(file => new SourceFile(file.Path, file.SizeBytes, new DateTime(file.Ticks, DateTimeKind.Utc)))]);
    }

    public static bool IsInPlace(SqliteConnection connection, ContentHash sha256) => connection.ExecuteScalar<bool>(
        """
        WITH Used AS (
            SELECT s.AtomId FROM Recipes r JOIN RecipeSegments s ON s.RecipeId = r.RecipeId WHERE r.Sha256 = @sha256 AND s.AtomId IS NOT NULL)
        SELECT EXISTS (SELECT 1 FROM Used u JOIN AtomSources s ON s.AtomId = u.AtomId)
            OR EXISTS (SELECT 1 FROM Used u JOIN TensorAtomCoefficients c ON c.AtomId = u.AtomId JOIN AtomSources s ON s.AtomId = c.BlockAtomId)
        """,
        new { sha256 });
}
