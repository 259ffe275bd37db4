using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Reads the recipes of stored files.</summary>
internal static class RecipeQuery
{
    /// <summary>The segments of a file of the scope's, in order; null where it has no such file.</summary>
    /// <exception cref="StoreException">A row holds what no segment can (<c>STORE_CORRUPT</c>).</exception>
    public static IReadOnlyList<RecipeSegment>? Find(SqliteConnection connection, TenantScope scope, ContentHash sha256)
    {
        long? recipeId = connection.ExecuteScalar<long?>(
            """
            SELECT r.RecipeId FROM Recipes r
            WHERE r.Sha256 = @sha256 AND (@TenantId IS NULL OR EXISTS (
                SELECT 1 FROM ModelFiles f JOIN Models m ON m.ModelId = f.ModelId WHERE f.RecipeId = r.RecipeId AND m.TenantId = @TenantId))
            """,
            new { sha256, scope.TenantId });
        return recipeId is null
            ? null
            : connection.Query<Row>(
                """
                SELECT s.FileOffset, s.SizeBytes AS Length, s.Literal, a.Hash AS Atom, s.TurnedDtype
                FROM RecipeSegments s LEFT JOIN Atoms a ON a.AtomId = s.AtomId
                WHERE s.RecipeId = @recipeId ORDER BY s.Ordinal
                """,
                new { recipeId }).Select(row => row.ToSegment(sha256)).ToList();
    }

    private sealed record Row
    {
        public required long FileOffset { get; init; }

        public required long Length { get; init; }

        public byte[]? Literal { get; init; }

        public ContentHash? Atom { get; init; }

        public string? TurnedDtype { get; init; }

        public RecipeSegment ToSegment(ContentHash file)
        {
            TensorDtype dtype = default;
            return TurnedDtype is not null && (!Enum.TryParse(TurnedDtype, out dtype) || !Enum.IsDefined(dtype) || dtype == TensorDtype.Unknown)
                ? throw new StoreException(
                    StoreErrorCodes.StoreCorrupt, file.ToString(), $"the segment at {FileOffset} is to be turned as {TurnedDtype}, which is no encoding")
                : new RecipeSegment
                {
                    FileOffset = FileOffset,
                    Length = Length,
                    Literal = Literal,
                    Atom = Atom,
                    TurnedDtype = TurnedDtype is null ? null : dtype,
                };
        }
    }
}
