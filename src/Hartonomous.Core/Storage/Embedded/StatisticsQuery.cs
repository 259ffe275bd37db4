using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The sums behind <see cref="StoreStatistics"/>, read in one statement so that they belong to one moment.</summary>
internal static class StatisticsQuery
{
    private const string Sql =
        """
        WITH Used AS (
            SELECT AtomId, sum(SizeBytes) AS Referenced FROM RecipeSegments WHERE AtomId IS NOT NULL GROUP BY AtomId
        ),
        Beside AS (
            SELECT AtomId FROM TensorAtoms UNION SELECT AtomId FROM IngestionJobTensors EXCEPT SELECT AtomId FROM Used
        )
        SELECT
            (SELECT count(*) FROM Models) AS Models,
            (SELECT count(*) FROM TensorAtoms) AS Tensors,
            (SELECT count(*) FROM Atoms WHERE ReferenceCount > 0) AS Atoms,
            (SELECT coalesce(sum(SizeBytes), 0) FROM Models) AS BytesImported,
            (SELECT coalesce(sum(SizeBytes), 0) FROM Recipes) AS RecipeBytes,
            (SELECT coalesce(sum(length(Literal)), 0) FROM RecipeSegments WHERE Literal IS NOT NULL) AS LiteralBytes,
            (SELECT coalesce(sum(Referenced), 0) FROM Used) AS ReferencedBytes,
            (SELECT coalesce(sum(a.SizeBytes), 0) FROM Used u JOIN Atoms a ON a.AtomId = u.AtomId) AS DistinctBytes,
            (SELECT coalesce(sum(a.SizeBytes), 0) FROM Beside b JOIN Atoms a ON a.AtomId = b.AtomId) AS BesideBytes,
            (SELECT coalesce(sum(a.SizeBytes), 0) FROM Atoms a JOIN AtomPayloads p ON p.AtomId = a.AtomId WHERE a.ReferenceCount > 0) AS PayloadBytes,
            (SELECT coalesce(sum(a.SizeBytes), 0) FROM Atoms a WHERE a.ReferenceCount > 0
                AND EXISTS (SELECT 1 FROM AtomSources s WHERE s.AtomId = a.AtomId)) AS InPlaceBytes,
            (SELECT coalesce(sum(p.StoredBytes), 0) FROM Atoms a JOIN AtomPayloads p ON p.AtomId = a.AtomId WHERE a.ReferenceCount = 0) AS UnusedBytes
        """;

    public static StoreStatistics Run(SqliteConnection connection, long bytesOnDisk)
    {
        Sums sums = connection.QuerySingle<Sums>(Sql);
        return new StoreStatistics
        {
            Models = sums.Models,
            Tensors = sums.Tensors,
            Atoms = sums.Atoms,
            BytesImported = sums.BytesImported,
            BytesStored = sums.PayloadBytes + sums.LiteralBytes,
            BytesInPlace = sums.InPlaceBytes,
            SavedByFile = sums.BytesImported - sums.RecipeBytes,
            SavedByTensor = sums.ReferencedBytes - sums.DistinctBytes,
            SavedByBlock = sums.DistinctBytes + sums.BesideBytes - sums.PayloadBytes - sums.InPlaceBytes,
            BytesBeside = sums.BesideBytes,
            BytesReclaimable = sums.UnusedBytes,
            BytesOnDisk = bytesOnDisk,
        };
    }

    private sealed record Sums
    {
        public required long Models { get; init; }

        public required long Tensors { get; init; }

        public required long Atoms { get; init; }

        public required long BytesImported { get; init; }

        public required long RecipeBytes { get; init; }

        public required long LiteralBytes { get; init; }

        public required long ReferencedBytes { get; init; }

        public required long DistinctBytes { get; init; }

        public required long BesideBytes { get; init; }

        public required long PayloadBytes { get; init; }

        public required long InPlaceBytes { get; init; }

        public required long UnusedBytes { get; init; }
    }
}
