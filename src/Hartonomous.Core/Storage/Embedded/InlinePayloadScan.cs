using System.Globalization;
using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Holds the small payloads, which lie beside their atoms, against their hashes.</summary>
internal static class InlinePayloadScan
{
    /// <summary>Scans those behind a key.</summary>
    public static void Run(
        SqliteConnection connection,
        long after,
        Action<string>? passed,
        Action<VerifyFinding> report,
        IProgress<long>? progress,
        CancellationToken cancellation)
    {
        foreach (Row row in connection.Query<Row>(
            "SELECT AtomId, Hash, Content FROM Atoms WHERE Content IS NOT NULL AND AtomId > @after ORDER BY AtomId", new { after }, buffered: false))
        {
            cancellation.ThrowIfCancellationRequested();
            if (ContentHash.Of(row.Content) != row.Hash)
            {
                report(new VerifyFinding(VerifyFindingCodes.AtomContent, row.Hash.ToString(), "its payload in the database is damaged"));
            }

            progress?.Report(row.Content.Length);
            passed?.Invoke(string.Create(CultureInfo.InvariantCulture, $"0:{row.AtomId}"));
        }
    }

    private sealed record Row
    {
        public required long AtomId { get; init; }

        public required ContentHash Hash { get; init; }

        public required byte[] Content { get; init; }
    }
}
