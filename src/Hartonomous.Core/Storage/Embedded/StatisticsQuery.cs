using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The sums behind <see cref="StoreStatistics"/>, read in one statement so that they belong to one moment.</summary>
internal static class StatisticsQuery
{
    // Of a tenant, everything is counted as if the store held nothing of others: its files once each, and the atoms recorded as its.
    private const string Sql =
        """
        WITH OwnModels AS (
            SELECT ModelId, TensorCount, SizeBytes FROM Models WHERE @TenantId IS NULL OR TenantId = @TenantId
        ),
        OwnRecipes AS (
            SELECT RecipeId, SizeBytes FROM Recipes
            WHERE @TenantId IS NULL OR RecipeId IN (SELECT f.RecipeId FROM ModelFiles f JOIN OwnModels m ON m.ModelId = f.ModelId)
        ),
        Used AS (
            SELECT s.AtomId, sum(s.SizeBytes) AS Referenced FROM RecipeSegments s JOIN OwnRecipes r ON r.RecipeId = s.RecipeId
            WHERE s.AtomId IS NOT NULL GROUP BY s.AtomId
        ),
        OwnAtoms AS (
            SELECT AtomId, SizeBytes, BlockCount FROM Atoms
            WHERE ReferenceCount > 0 AND (@TenantId IS NULL
                OR EXISTS (SELECT 1 FROM TenantAtoms t WHERE t.TenantId = @TenantId AND t.AtomId = Atoms.AtomId))
        ),
        Beside AS (
            SELECT t.AtomId FROM TensorAtoms t JOIN OwnModels m ON m.ModelId = t.ModelId
            UNION
            SELECT t.AtomId FROM IngestionJobTensors t JOIN IngestionJobs j ON j.JobId = t.JobId WHERE @TenantId IS NULL OR j.TenantId = @TenantId
            UNION
            SELECT c.BlockAtomId FROM TensorAtomCoefficients c JOIN SVDComponents v ON v.AtomId = c.AtomId JOIN OwnAtoms o ON o.AtomId = v.AtomId
            EXCEPT
            SELECT AtomId FROM Used
        )
        SELECT
            (SELECT count(*) FROM OwnModels) AS Models,
            (SELECT coalesce(sum(TensorCount), 0) FROM OwnModels) AS Tensors,
            (SELECT count(*) FROM PrunedTensors p JOIN TensorAtoms t ON t.TensorAtomId = p.TensorAtomId
             JOIN OwnModels m ON m.ModelId = t.ModelId) AS PrunedTensors,
            (SELECT count(*) FROM OwnAtoms) AS Atoms,
            (SELECT coalesce(sum(SizeBytes), 0) FROM OwnModels) AS BytesImported,
            (SELECT coalesce(sum(SizeBytes), 0) FROM OwnRecipes) AS RecipeBytes,
            (SELECT coalesce(sum(length(s.Literal)), 0) FROM RecipeSegments s JOIN OwnRecipes r ON r.RecipeId = s.RecipeId
             WHERE s.Literal IS NOT NULL) AS LiteralBytes,
            (SELECT coalesce(sum(Referenced), 0) FROM Used) AS ReferencedBytes,
            (SELECT coalesce(sum(a.SizeBytes), 0) FROM Used u JOIN Atoms a ON a.AtomId = u.AtomId) AS DistinctBytes,
            (SELECT coalesce(sum(a.SizeBytes), 0) FROM Beside b JOIN Atoms a ON a.AtomId = b.AtomId) AS BesideBytes,
            (SELECT coalesce(sum(a.SizeBytes), 0) FROM SVDComponents v JOIN Atoms a ON a.AtomId = v.AtomId
             WHERE a.AtomId IN (SELECT AtomId FROM Used UNION SELECT AtomId FROM Beside)) AS ComputedBytes,
            (SELECT coalesce(sum(SizeBytes), 0) FROM OwnAtoms o
             WHERE BlockCount = 0 AND NOT EXISTS (SELECT 1 FROM AtomSources s WHERE s.AtomId = o.AtomId)) AS PayloadBytes,
            (SELECT coalesce(sum(SizeBytes), 0) FROM OwnAtoms o
             WHERE BlockCount = 0 AND EXISTS (SELECT 1 FROM AtomSources s WHERE s.AtomId = o.AtomId)) AS InPlaceBytes,
            (SELECT coalesce(sum(coalesce(p.StoredBytes, length(a.Content))), 0)
             FROM Atoms a LEFT JOIN AtomPayloads p ON p.AtomId = a.AtomId WHERE a.ReferenceCount = 0) AS UnusedBytes
        """;

    public static StoreStatistics Run(SqliteConnection connection, TenantScope scope, long bytesOnDisk)
    {
        Sums sums = connection.QuerySingle<Sums>(Sql, new { scope.TenantId });
        return new StoreStatistics
        {
            Models = sums.Models,
            Tensors = sums.Tensors,
            PrunedTensors = sums.PrunedTensors,
            Atoms = sums.Atoms,
            BytesImported = sums.BytesImported,
            BytesStored = sums.PayloadBytes + sums.LiteralBytes,
            BytesInPlace = sums.InPlaceBytes,
            SavedByFile = sums.BytesImported - sums.RecipeBytes,
            SavedByTensor = sums.ReferencedBytes - sums.DistinctBytes,
            SavedByBlock = sums.DistinctBytes + sums.BesideBytes - sums.PayloadBytes - sums.InPlaceBytes - sums.ComputedBytes,
            SavedByFactors = sums.ComputedBytes,
            BytesBeside = sums.BesideBytes,
            BytesReclaimable = sums.UnusedBytes,
            BytesOnDisk = bytesOnDisk,
        };
    }

    private sealed record Sums
    {
        public required long Models { get; init; }

        public required long Tensors { get; init; }

        public required long PrunedTensors { get; init; }

        public required long Atoms { get; init; }

        public required long BytesImported { get; init; }

        public required long RecipeBytes { get; init; }

        public required long LiteralBytes { get; init; }

        public required long ReferencedBytes { get; init; }

        public required long DistinctBytes { get; init; }

        public required long BesideBytes { get; init; }

        public required long ComputedBytes { get; init; }

        public required long PayloadBytes { get; init; }

        public required long InPlaceBytes { get; init; }

        public required long UnusedBytes { get; init; }
    }
}
