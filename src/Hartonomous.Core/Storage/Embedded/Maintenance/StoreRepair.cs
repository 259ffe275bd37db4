using System.Diagnostics;
using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>One run of <see cref="EmbeddedStore.Repair"/>.</summary>
internal sealed class StoreRepair(string folder, PackFolder packs, IProgress<MaintenanceProgress>? progress, CancellationToken cancellation)
{
    private readonly string _path = Path.Combine(folder, EmbeddedStore.DatabaseName);

    public RepairReport Run(bool dryRun)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using FileStream running = packs.TryLock("optimize")
            ?? throw new StoreException(StoreErrorCodes.StoreBusy, folder, "another process optimizes or repairs the store");
        DatabaseRepair state = Assess();
        RepairReport report = state is DatabaseRepair.None or DatabaseRepair.Reindexed ? Mend(state, dryRun) : Replace(dryRun);
        return report with { Seconds = clock.Elapsed.TotalSeconds };
    }

    /// <summary>Looks whether the database can be used: as it is, with its indexes rebuilt, or not.</summary>
    private DatabaseRepair Assess()
    {
        if (!File.Exists(_path) || new FileInfo(_path).Length == 0)
        {
            return packs.ListFiles().Any()
                ? DatabaseRepair.Rebuilt
                : throw new StoreException(StoreErrorCodes.StoreNotFound, folder, "there is neither a database nor a pack to make one from");
        }

        try
        {
            using StoreDatabase database = StoreDatabase.Open(_path);
            using SqliteConnection connection = database.Connect();
            if (IsWhole(connection))
            {
                return DatabaseRepair.None;
            }

            // Tried and taken back: whether it helps shows only when it was done.
            connection.Execute("BEGIN IMMEDIATE; REINDEX");
            bool helps = IsWhole(connection);
            connection.Execute("ROLLBACK");
            return helps ? DatabaseRepair.Reindexed : DatabaseRepair.Salvaged;
        }
        catch (SqliteException)
        {
            return DatabaseRepair.Salvaged;
        }
        catch (StoreException error) when (error.Code is StoreErrorCodes.StoreCorrupt or StoreErrorCodes.StoreInvalid && packs.ListFiles().Any())
        {
            return DatabaseRepair.Salvaged;
        }
    }

    private static bool IsWhole(SqliteConnection connection) => connection.Query<string>("PRAGMA integrity_check(1)").All(line => line == "ok");

    /// <summary>Mends a database that can be used. Others may go on meanwhile: what came after the packs were read is left alone.</summary>
    private RepairReport Mend(DatabaseRepair state, bool dryRun)
    {
        using StoreDatabase database = StoreDatabase.Open(_path);
        using SqliteConnection connection = database.Connect();
        FrameCensus census = new(packs, progress, cancellation);
        census.Run(CommittedBytes(connection));
        RepairReport report = WriteMending(connection, census, state, dryRun);
        if (!dryRun)
        {
            MoveAside(database, census);
        }

        return report;
    }

    /// <summary>Copies the whole frames in use out of damaged packs, and moves those out of the way.</summary>
    private void MoveAside(StoreDatabase database, FrameCensus census)
    {
        using PackCompaction compaction = new(database, packs, new Deadline(null, cancellation), progress);
        string aside = Path.Combine(folder, "damaged");
        foreach (long packId in census.Damaged)
        {
            Directory.CreateDirectory(aside);
            compaction.Evacuate(packId, aside);
        }
    }

    private RepairReport WriteMending(SqliteConnection connection, FrameCensus census, DatabaseRepair state, bool dryRun)
    {
        IndexMending mending = new(connection, packs, census);
        connection.Execute("PRAGMA foreign_keys = OFF");
        try
        {
            connection.Execute("BEGIN IMMEDIATE");
            try
            {
                if (state == DatabaseRepair.Reindexed)
                {
                    connection.Execute("REINDEX;");
                }

                mending.Run(isNew: state is DatabaseRepair.Salvaged or DatabaseRepair.Rebuilt);
                RepairReport report = new()
                {
                    DryRun = dryRun,
                    Database = state,
                    Frames = census.Frames,
                    DamagedPacks = [.. census.Damaged.Select(packs.PathOf)],
                    RestoredPayloads = mending.Restored,
                    AddedAtoms = mending.Added,
                    CorrectedCounts = mending.Corrected,
                    LostContents = IndexMending.ListLost(connection),
                    LostModels = mending.LostModels,
                    Seconds = 0,
                };
                cancellation.ThrowIfCancellationRequested();
                connection.Execute(dryRun ? "ROLLBACK" : "COMMIT");
                return report;
            }
            catch
            {
                connection.Execute("ROLLBACK");
                throw;
            }
        }
        finally
        {
            connection.Execute("PRAGMA foreign_keys = ON");
        }
    }

    /// <summary>
    /// Makes a new database of what can be read of the old one and of the packs, under another name, and puts it in the old one's place when
    /// it is whole. Nobody else may have the store open.
    /// </summary>
    private RepairReport Replace(bool dryRun)
    {
        using FileStream alone = packs.TryLock(EmbeddedStore.PresenceLock)
            ?? throw new StoreException(StoreErrorCodes.StoreBusy, folder, "another process has the store open; its database has to be made anew");
        string partial = _path + ".partial";
        DeleteDatabase(partial);
        RepairReport report;
        FrameCensus census = new(packs, progress, cancellation);
        try
        {
            using StoreDatabase database = StoreDatabase.Open(partial);
            using SqliteConnection connection = database.Connect();
            connection.Execute("PRAGMA foreign_keys = OFF");
            long rows = File.Exists(_path) ? DatabaseSalvage.Copy(_path, connection) : 0;
            DatabaseRepair state = rows > 0 ? DatabaseRepair.Salvaged : DatabaseRepair.Rebuilt;
            census.Run(CommittedBytes(connection));
            report = WriteMending(connection, census, state, dryRun: false) with { DryRun = dryRun };
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE");
        }
        catch
        {
            DeleteDatabase(partial);
            throw;
        }

        if (dryRun)
        {
            DeleteDatabase(partial);
            return report;
        }

        string stamp = DateTime.UtcNow.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(_path + suffix))
            {
                File.Move(_path + suffix, $"{_path}.damaged-{stamp}{suffix}");
            }
        }

        File.Move(partial, _path);
        using StoreDatabase replaced = StoreDatabase.Open(_path);
        MoveAside(replaced, census);
        return report;
    }

    private static Dictionary<long, long> CommittedBytes(SqliteConnection connection) =>
        connection.Query<(long PackId, long Bytes)>("SELECT PackId, CommittedBytes FROM Packs").ToDictionary(pack => pack.PackId, pack => pack.Bytes);

    private static void DeleteDatabase(string path)
    {
        foreach (string suffix in (string[])["", "-wal", "-shm", "-journal"])
        {
            File.Delete(path + suffix);
        }
    }
}
