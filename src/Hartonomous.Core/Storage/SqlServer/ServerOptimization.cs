using System.Diagnostics;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>One run of <see cref="IModelStore.Optimize"/> on a server: unused atoms go in small batches, and indexes are rebuilt on request.</summary>
internal static class ServerOptimization
{
    private const string LockName = "hart:maintenance";

    /// <summary>Runs it.</summary>
    public static OptimizeReport Run(
        SqlServerDatabase database, OptimizeOptions options, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        long before = ServerStatistics.Read(database, null).BytesOnDisk;
        Batch planned = Reclaim(database, dryRun: true);
        if (options.DryRun)
        {
            return Report(options, planned, planned, isComplete: true, before, before, clock);
        }

        using SqlConnection lockHolder = database.Connect(null);
        using ApplicationLock held = ApplicationLock.TryTake(lockHolder, LockName, milliseconds: 0)
            ?? throw new StoreException(StoreErrorCodes.StoreBusy, database.Options.ToString(), "another process optimizes the store");
        Batch done = new(0, 0, 0);
        bool isComplete = false;
        while (!isComplete && !(clock.Elapsed > options.TimeLimit))
        {
            cancellation.ThrowIfCancellationRequested();
            Batch batch = Reclaim(database, dryRun: false);
            done = new Batch(done.Atoms + batch.Atoms, done.Bytes + batch.Bytes, batch.Remaining);
            progress?.Report(new MaintenanceProgress("Reclaiming", done.Bytes, Math.Max(done.Bytes, planned.Bytes)));
            isComplete = batch.Remaining == 0;
        }

        bool rebuilds = options.Rebuild && isComplete && !(clock.Elapsed > options.TimeLimit);
        if (rebuilds)
        {
            progress?.Report(new MaintenanceProgress("Rebuilding indexes", done.Bytes, done.Bytes));
            database.Execute(null, "dbo.sp_RebuildIndexes", new { });
        }

        Batch left = Reclaim(database, dryRun: true);
        return Report(options, done, left, isComplete, before, ServerStatistics.Read(database, null).BytesOnDisk, clock) with { Rebuilt = rebuilds };
    }

    private static Batch Reclaim(SqlServerDatabase database, bool dryRun) =>
        database.Query<Batch>(null, "dbo.sp_ReclaimAtoms", new { DryRun = dryRun }).Single();

    private static OptimizeReport Report(OptimizeOptions options, Batch done, Batch left, bool isComplete, long before, long after, Stopwatch clock) => new()
    {
        DryRun = options.DryRun,
        Complete = isComplete,
        ReclaimedAtoms = done.Atoms,
        ReclaimedBytes = done.Bytes,
        HeldAtoms = options.DryRun ? 0 : left.Atoms,
        HeldBytes = options.DryRun ? 0 : left.Bytes,
        CompactedPacks = 0,
        MovedBytes = 0,
        SkippedPacks = 0,
        Rebuilt = options is { DryRun: true, Rebuild: true },
        BytesBefore = before,
        BytesAfter = after,
        Seconds = clock.Elapsed.TotalSeconds,
    };

    private sealed record Batch(long Atoms, long Bytes, long Remaining);
}
