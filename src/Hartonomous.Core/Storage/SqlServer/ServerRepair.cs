using System.Diagnostics;
using Dapper;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>One run of <see cref="SqlServerStore.Repair"/>.</summary>
internal sealed class ServerRepair(SqlServerDatabase database, bool dryRun, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
{
    private const string Damaged = "its payload on the server is damaged";

    /// <summary>Runs it.</summary>
    public RepairReport Run()
    {
        Stopwatch clock = Stopwatch.StartNew();
        long relinked = database.Query<long>(null, "dbo.sp_RelinkPayloads", new { DryRun = dryRun }).Single();
        (long payloads, long bytes) = database.Run(null, connection => connection.QuerySingle<(long, long)>(
            "SELECT COUNT_BIG(*), CAST(COALESCE(SUM(StoredBytes), 0) AS bigint) FROM dbo.AtomPayloads", commandTimeout: 0));
        Dictionary<ContentHash, string> lost = FindDamaged(bytes);
        foreach (Count missing in Query<Count>(ServerCheck.PayloadsSql))
        {
            lost.TryAdd(missing.Hash, "its payload is missing");
        }

        long corrected = CorrectCounts(ServerCheck.ReferencesSql, isRecipe: false) + CorrectCounts(ServerCheck.RecipesSql, isRecipe: true) + CorrectTenants();
        return new RepairReport
        {
            DryRun = dryRun,
            Database = DatabaseRepair.None,
            Frames = payloads,
            DamagedPacks = [],
            RestoredPayloads = relinked,
            AddedAtoms = 0,
            CorrectedCounts = corrected,
            LostContents = [.. lost.Select(entry => Describe(entry.Key, entry.Value))],
            LostModels = [],
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    private Dictionary<ContentHash, string> FindDamaged(long bytes)
    {
        Dictionary<ContentHash, string> damaged = [];
        long done = 0;
        ServerPayloadScan.Run(
            database,
            after: null,
            passed: null,
            finding => damaged.TryAdd(ContentHash.Parse(finding.Object), Damaged),
            new Advance(read => progress?.Report(new MaintenanceProgress("Checking payloads", done += read, bytes))),
            cancellation);
        foreach (ContentHash hash in dryRun ? [] : damaged.Keys.ToList())
        {
            cancellation.ThrowIfCancellationRequested();
            database.Execute(null, "dbo.sp_DropPayload", new { Hash = hash });
        }

        return damaged;
    }

    private int CorrectCounts(string sql, bool isRecipe)
    {
        List<Count> wrong = Query<Count>(sql);
        foreach (Count count in dryRun ? [] : wrong)
        {
            cancellation.ThrowIfCancellationRequested();
            database.Execute(null, "dbo.sp_CorrectCount", new { count.Hash, IsRecipe = isRecipe, Was = count.A, Is = count.B });
        }

        return wrong.Count;
    }

    private int CorrectTenants()
    {
        List<long> wrong =
        [
            .. Query<(long TenantId, long Atoms, long Bytes, long ActualAtoms, long ActualBytes)>(ServerCheck.TenantsSql)
                .Where(row => row.Atoms != row.ActualAtoms || row.Bytes != row.ActualBytes).Select(row => row.TenantId),
        ];
        foreach (long tenantId in dryRun ? [] : wrong)
        {
            database.Execute(null, "dbo.sp_CorrectTenant", new { TenantId = tenantId });
        }

        return wrong.Count;
    }

    /// <summary>Who needs a content: tensors that are it, or are composed of it to any depth, and files with it between their tensors.</summary>
    private LostContent Describe(ContentHash hash, string reason) => database.Run(
        null,
        connection =>
        {
            List<(long SizeBytes, string? Model, string? Tensor)> users = connection.Query<(long, string?, string?)>(
                """
                WITH Users (AtomId) AS (
                    SELECT AtomId FROM dbo.Atoms WHERE Hash = @hash
                    UNION ALL
                    SELECT c.AtomId FROM Users u JOIN dbo.TensorAtomCoefficients c ON c.BlockAtomId = u.AtomId)
                SELECT a.SizeBytes, n.Model, n.Tensor
                FROM dbo.Atoms a
                LEFT JOIN (
                    SELECT m.Name AS Model, t.Name AS Tensor
                    FROM Users u JOIN dbo.TensorAtoms t ON t.AtomId = u.AtomId JOIN dbo.Models m ON m.ModelId = t.ModelId
                    UNION
                    SELECT m.Name, NULL
                    FROM Users u JOIN dbo.RecipeSegments s ON s.AtomId = u.AtomId JOIN dbo.ModelFiles f ON f.RecipeId = s.RecipeId
                    JOIN dbo.Models m ON m.ModelId = f.ModelId) n ON 1 = 1
                WHERE a.Hash = @hash
                """,
                new { hash },
                commandTimeout: 0).AsList();
            IEnumerable<string> models = users.Where(user => user.Model is not null).Select(user => SqlText.Decode(user.Model!));
            IEnumerable<string> tensors = users.Where(user => user.Tensor is not null)
                .Select(user => $"{SqlText.Decode(user.Model!)}: {SqlText.Decode(user.Tensor!)}");
            return new LostContent(
                hash,
                users.FirstOrDefault().SizeBytes,
                reason,
                [.. models.Distinct().Order(StringComparer.Ordinal)],
                [.. tensors.Distinct().Order(StringComparer.Ordinal)]);
        },
        cancellation);

    private List<T> Query<T>(string sql) =>
        database.Run(null, connection => connection.Query<T>(sql, commandTimeout: 0).AsList(), cancellation);

    private sealed record Count
    {
        public required ContentHash Hash { get; init; }

        public required long A { get; init; }

        public required long B { get; init; }
    }

    private sealed class Advance(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
