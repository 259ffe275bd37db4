using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Holds the small payloads, which lie beside their atoms, against their hashes.</summary>
internal static class InlinePayloadScan
{
    /// <summary>Scans all.</summary>
    /// <returns>How many payloads were read.</returns>
    public static long Run(SqliteConnection connection, Action<VerifyFinding> report, IProgress<long>? progress, CancellationToken cancellation)
    {
        long payloads = 0;
        foreach (Row row in connection.Query<Row>("SELECT Hash, Content FROM Atoms WHERE Content IS NOT NULL ORDER BY AtomId", buffered: false))
        {
            cancellation.ThrowIfCancellationRequested();
            payloads++;
            if (ContentHash.Of(row.Content) != row.Hash)
            {
                report(new VerifyFinding(VerifyFindingCodes.AtomContent, row.Hash.ToString(), "its payload in the database is damaged"));
            }

            progress?.Report(row.Content.Length);
        }

        return payloads;
    }

    private sealed record Row
    {
        public required ContentHash Hash { get; init; }

        public required byte[] Content { get; init; }
    }
}
