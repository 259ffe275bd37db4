using System.Diagnostics;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>One run of <see cref="IModelStore.Optimize"/> on an embedded store: reclaim, compact, rebuild, analyze, truncate the log.</summary>
internal sealed class StoreOptimization(StoreDatabase database, PackFolder packs, string folder)
{
    private const double RebuildShare = 0.02;

    public OptimizeReport Run(OptimizeOptions options, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        Stopwatch clock = Stopwatch.StartNew();
        long before = FolderLength(folder);
        OptimizeReport report = options.DryRun ? Plan(options, before) : Work(options, before, progress, cancellation);
        return report with { Seconds = clock.Elapsed.TotalSeconds };
    }

    /// <summary>Length of all files in a folder. Files come and go meanwhile.</summary>
    public static long FolderLength(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file =>
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    });

    private OptimizeReport Plan(OptimizeOptions options, long before)
    {
        using SqliteConnection connection = database.Connect();
        (long atoms, long bytes, long heldAtoms, long heldBytes) = AtomReclaim.Measure(connection, packs);
        List<PackUse> all = PackUse.ListAll(connection, packs, withoutUnused: heldAtoms == 0);
        List<PackUse> chosen = PackUse.Choose(all, options.MaxWaste);
        return new OptimizeReport
        {
            DryRun = true,
            Complete = true,
            ReclaimedAtoms = atoms,
            ReclaimedBytes = bytes,
            HeldAtoms = heldAtoms,
            HeldBytes = heldBytes,
            CompactedPacks = chosen.Count,
            MovedBytes = chosen.Sum(pack => pack.LiveBytes),
            SkippedPacks = 0,
            Rebuilt = options.Rebuild,
            BytesBefore = before,
            BytesAfter = before - chosen.Sum(pack => pack.Waste) - all.Sum(pack => Math.Max(0, pack.FileBytes - pack.CommittedBytes)),
            Seconds = 0,
        };
    }

    private OptimizeReport Work(OptimizeOptions options, long before, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
    {
        using FileStream running = packs.TryLock("optimize")
            ?? throw new StoreException(StoreErrorCodes.StoreBusy, folder, "another process optimizes or repairs the store");
        Deadline deadline = new(options.TimeLimit, cancellation);
        AtomReclaim reclaim = new(database, packs, deadline);
        if (deadline.Allows())
        {
            reclaim.Run();
        }

        // Ended before lengths are taken: its last pack gets its final length then.
        PackCompaction compaction = new(database, packs, deadline, progress);
        using (compaction)
        {
            if (deadline.Allows())
            {
                compaction.Run(options.MaxWaste);
            }
        }

        using SqliteConnection connection = database.Connect();
        bool rebuilt = deadline.Allows() && (options.Rebuild || IsLoose(connection)) && Rebuild(connection, cancellation);
        if (deadline.Allows())
        {
            StoreDatabase.Write(connection, writer => writer.Execute("PRAGMA analysis_limit = 1000; ANALYZE"));
        }

        // As far as readers allow; what they hold back comes with the next.
        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        (_, _, long heldAtoms, long heldBytes) = AtomReclaim.Measure(connection, packs);
        return new OptimizeReport
        {
            DryRun = false,
            Complete = !deadline.WasOver,
            ReclaimedAtoms = reclaim.Atoms,
            ReclaimedBytes = reclaim.Bytes,
            HeldAtoms = heldAtoms,
            HeldBytes = heldBytes,
            CompactedPacks = compaction.Packs,
            MovedBytes = compaction.MovedBytes,
            SkippedPacks = compaction.Skipped,
            Rebuilt = rebuilt,
            BytesBefore = before,
            BytesAfter = FolderLength(folder),
            Seconds = 0,
        };
    }

    /// <summary>Whether enough of the database's pages are free to be worth a rebuilding.</summary>
    private static bool IsLoose(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("PRAGMA freelist_count") > RebuildShare * connection.ExecuteScalar<long>("PRAGMA page_count");

    /// <summary>
    /// Writes tables and indexes anew, without gaps. Writers wait meanwhile: it copies the metadata, not the payloads. False where another
    /// process holds the database all the time.
    /// </summary>
    private static bool Rebuild(SqliteConnection connection, CancellationToken cancellation)
    {
        using CancellationTokenRegistration interrupt = cancellation.Register(() => raw.sqlite3_interrupt(connection.Handle));
        try
        {
            connection.Execute("VACUUM");
            return true;
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED)
        {
            return false;
        }
    }
}
