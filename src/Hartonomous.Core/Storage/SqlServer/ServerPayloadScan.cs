using System.Globalization;
using Dapper;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Holds every payload against its hash. The server computes the hashes, so that no payload travels.</summary>
internal static class ServerPayloadScan
{
    private const int BatchSize = 256;

    // The range first, then what of it is wrong: the hash is computed for one batch at a time.
    private const string RangeSql =
        """
        SELECT MAX(r.PayloadId) AS LastId, CAST(COALESCE(SUM(r.StoredBytes), 0) AS bigint) AS Bytes
        FROM (SELECT TOP (@BatchSize) PayloadId, StoredBytes FROM dbo.AtomPayloads WHERE PayloadId > @after ORDER BY PayloadId) r
        """;

    private const string DamagedSql =
        """
        SELECT p.Hash
        FROM dbo.AtomPayloads p
        WHERE p.PayloadId > @after AND p.PayloadId <= @last
          AND (DATALENGTH(p.Content) <> p.StoredBytes OR HASHBYTES('SHA2_256', p.Content) <> p.Hash)
        """;

    /// <summary>Checks the payloads behind <paramref name="after"/>; the place is the payload's key.</summary>
    public static void Run(
        SqlServerDatabase database, string? after, Action<string>? passed, Action<VerifyFinding> report, IProgress<long>? progress,
        CancellationToken cancellation)
    {
        long place = after is null ? 0 : long.Parse(after, CultureInfo.InvariantCulture);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            (long? last, long bytes, List<ContentHash> damaged) = database.Run(
                null,
                connection =>
                {
                    (long? end, long size) = connection.QuerySingle<(long?, long)>(RangeSql, new { BatchSize, after = place }, commandTimeout: 0);
                    return (end, size, connection.Query<ContentHash>(DamagedSql, new { after = place, last = end ?? place }, commandTimeout: 0).AsList());
                },
                cancellation);
            foreach (ContentHash hash in damaged)
            {
                report(new VerifyFinding(VerifyFindingCodes.AtomContent, hash.ToString(), "its payload on the server is damaged"));
            }

            if (last is null)
            {
                return;
            }

            place = last.Value;
            progress?.Report(bytes);
            passed?.Invoke(place.ToString(CultureInfo.InvariantCulture));
        }
    }
}
