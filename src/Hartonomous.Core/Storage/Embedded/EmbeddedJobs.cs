using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// The jobs of an embedded store. A process that works on a job holds the lock <c>job-N</c>; a job that is Processing and whose lock can be
/// had was killed.
/// </summary>
internal sealed class EmbeddedJobs(StoreDatabase database, PackFolder packs, TenantScope scope) : IJobStore
{
    private const string OfScope = "(@TenantId IS NULL OR j.TenantId = @TenantId)";

    /// <inheritdoc/>
    public IReadOnlyList<IngestionJob> List(JobStatus? status = null)
    {
        using SqliteConnection connection = database.Connect();
        return [.. connection.Query<JobRow>(
            $"{JobRow.Columns} WHERE {OfScope} AND (@status IS NULL OR j.Status = @status) ORDER BY j.JobId DESC",
            new { scope.TenantId, status = status?.ToString() }).AsList().Select(ToJob)];
    }

    /// <inheritdoc/>
    public IngestionJob? Find(long jobId)
    {
        using SqliteConnection connection = database.Connect();
        return FindRow(connection, jobId) is { } row ? ToJob(row) : null;
    }

    /// <inheritdoc/>
    public IngestionJob Stop(long jobId)
    {
        using SqliteConnection connection = database.Connect();
        IngestionJob job = Require(connection, jobId);
        if (job.Status is JobStatus.Pending or JobStatus.Processing)
        {
            using FileStream? jobLock = packs.TryLock(LockOf(jobId));
            StoreDatabase.Write(connection, _ => jobLock is null
                ? connection.Execute("UPDATE IngestionJobs SET IsStopRequested = 1 WHERE JobId = @jobId AND Status = 'Processing'", new { jobId })
                : connection.Execute(
                    """
                    UPDATE IngestionJobs
                    SET Status = 'Cancelled', IsStopRequested = 0, ErrorCode = NULL, LastUpdatedAt = @now, EndedAt = @now,
                        ErrorMessage = CASE Status WHEN 'Pending' THEN 'stopped before it began' ELSE 'stopped after its process had ended' END
                    WHERE JobId = @jobId AND Status IN ('Pending', 'Processing')
                    """,
                    new { jobId, now = StoreDatabase.Now() }));
        }

        return Require(connection, jobId);
    }

    /// <inheritdoc/>
    public IngestionJob Reset(long jobId)
    {
        using SqliteConnection connection = database.Connect();
        using FileStream jobLock = LockEnded(connection, jobId);
        StoreDatabase.Write(connection, _ =>
        {
            GiveUpCheckpoint(connection, jobId);
            return connection.Execute(
                """
                UPDATE IngestionJobs
                SET Status = 'Pending', BytesProcessed = 0, NewAtoms = 0, NewBytes = 0, ErrorCode = NULL, ErrorMessage = NULL, IsStopRequested = 0,
                    LastUpdatedAt = @now, StartedAt = NULL, HeartbeatAt = NULL, EndedAt = NULL
                WHERE JobId = @jobId AND Status <> 'Complete'
                """,
                new { jobId, now = StoreDatabase.Now() });
        });
        return FindRow(connection, jobId)!.ToJob(isRunning: false);
    }

    /// <inheritdoc/>
    public void Close(long jobId, long modelId)
    {
        using SqliteConnection connection = database.Connect();
        using FileStream jobLock = LockEnded(connection, jobId);
        StoreDatabase.Write(connection, _ =>
        {
            GiveUpCheckpoint(connection, jobId);
            return connection.Execute(
                """
                UPDATE IngestionJobs
                SET Status = 'Complete', BytesProcessed = BytesTotal, ModelId = @modelId, ErrorCode = NULL, ErrorMessage = NULL, IsStopRequested = 0,
                    LastUpdatedAt = @now, EndedAt = @now
                WHERE JobId = @jobId
                """,
                new { jobId, modelId, now = StoreDatabase.Now() });
        });
    }

    /// <summary>Name of the lock that the process working on a job holds.</summary>
    public static string LockOf(long jobId) => $"job-{jobId}";

    /// <summary>
    /// Gives a job's checkpoint up, in the caller's transaction: the references that kept its tensors alive, and what it made the tenant's.
    /// </summary>
    public static void GiveUpCheckpoint(SqliteConnection connection, long jobId)
    {
        long tenantId = connection.ExecuteScalar<long>("SELECT TenantId FROM IngestionJobs WHERE JobId = @jobId", new { jobId });
        TenantAccount.Collect(connection, null, jobId);
        DropReferences(connection, jobId);
        TenantAccount.Release(connection, tenantId);
        AtomRelease.Run(connection);
    }

    /// <summary>Takes back the references that kept a job's tensors alive before the model, recorded by now, referred to them.</summary>
    public static void ReleaseCheckpoint(SqliteConnection connection, long jobId)
    {
        DropReferences(connection, jobId);
        AtomRelease.Run(connection);
    }

    private static void DropReferences(SqliteConnection connection, long jobId)
    {
        connection.Execute(AtomRelease.Prepare);
        connection.Execute(
            """
            INSERT INTO Lowered SELECT AtomId, count(*) FROM IngestionJobTensors WHERE JobId = @jobId GROUP BY AtomId;
            DELETE FROM IngestionJobTensors WHERE JobId = @jobId;
            """,
            new { jobId });
    }

    /// <summary>The error of a job that is not there.</summary>
    public static StoreException NotFound(long jobId) => new(StoreErrorCodes.JobNotFound, $"job {jobId}", "there is no such job");

    /// <summary>The error of a job that a process works on.</summary>
    public static StoreException Running(long jobId) => new(StoreErrorCodes.JobRunning, $"job {jobId}", "a process works on it");

    /// <summary>The lock of a job that is not complete and that no process works on.</summary>
    private FileStream LockEnded(SqliteConnection connection, long jobId)
    {
        FileStream jobLock = packs.TryLock(LockOf(jobId)) ?? throw (FindRow(connection, jobId) is null ? NotFound(jobId) : Running(jobId));
        try
        {
            JobRow row = FindRow(connection, jobId) ?? throw NotFound(jobId);
            return row.Status == nameof(JobStatus.Complete)
                ? throw new StoreException(StoreErrorCodes.JobComplete, $"job {jobId}", $"it is complete; its model is {row.Model}")
                : jobLock;
        }
        catch
        {
            jobLock.Dispose();
            throw;
        }
    }

    private IngestionJob Require(SqliteConnection connection, long jobId) =>
        FindRow(connection, jobId) is { } row ? ToJob(row) : throw NotFound(jobId);

    private JobRow? FindRow(SqliteConnection connection, long jobId) => connection.QuerySingleOrDefault<JobRow>(
        $"{JobRow.Columns} WHERE j.JobId = @jobId AND {OfScope}", new { jobId, scope.TenantId });

    private IngestionJob ToJob(JobRow row)
    {
        if (row.Status != nameof(JobStatus.Processing))
        {
            return row.ToJob(isRunning: false);
        }

        using FileStream? jobLock = packs.TryLock(LockOf(row.JobId));
        return row.ToJob(isRunning: jobLock is null);
    }
}
