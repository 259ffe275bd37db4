using Dapper;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>The sums behind <see cref="StoreStatistics"/>.</summary>
internal static class ServerStatistics
{
    /// <summary>Reads them for a tenant, or for all.</summary>
    public static StoreStatistics Read(SqlServerDatabase database, long? tenantId)
    {
        Sums sums = database.Query<Sums>(tenantId, "dbo.sp_GetStatistics", new { TenantId = tenantId }).Single();
        long literal = sums.LiteralBytes;
        return new StoreStatistics
        {
            Models = sums.Models,
            Tensors = sums.Tensors,
            PrunedTensors = sums.PrunedTensors,
            Atoms = sums.Atoms,
            BytesImported = sums.BytesImported,
            BytesStored = sums.PayloadBytes + literal,
            BytesInPlace = 0,
            SavedByFile = sums.BytesImported - sums.RecipeBytes,
            SavedByTensor = sums.ReferencedBytes - sums.DistinctBytes,
            SavedByFactors = sums.ComputedBytes,
            SavedByBlock = sums.DistinctBytes + sums.BesideBytes - sums.PayloadBytes - sums.ComputedBytes,
            BytesBeside = sums.BesideBytes,
            BytesReclaimable = sums.UnusedBytes,
            BytesOnDisk = Math.Max(database.Run(tenantId, FileBytes), sums.KeptBytes + literal),
        };
    }

    /// <summary>Length of the database's files, where the server tells it.</summary>
    public static long FileBytes(SqlConnection connection) =>
        connection.ExecuteScalar<long?>("SELECT SUM(CAST(size AS bigint)) * 8192 FROM sys.database_files") ?? 0;

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

        public required long UnusedBytes { get; init; }

        public required long KeptBytes { get; init; }
    }
}
