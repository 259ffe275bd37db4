using System.Text.Json;
using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Takes up an unfinished job that no live process works on, or begins a new one.</summary>
internal sealed class JobOpening(SqliteConnection connection, PackFolder packs, TenantScope scope)
{
    /// <summary>Who looks whether a job's process is alive holds its lock for a moment: the lock is asked for so often before it counts as held.</summary>
    private const int LockTries = 10;

    // A job that was reset takes the source as it is now.
    private const string TakeUpSql =
        """
        UPDATE IngestionJobs
        SET Status = 'Processing', ErrorCode = NULL, ErrorMessage = NULL, IsStopRequested = 0, HostName = @host, ProcessId = @process, Runs = Runs + 1,
            BytesProcessed = 0, StartedAt = @now, HeartbeatAt = @now, LastUpdatedAt = @now, EndedAt = NULL, IsReplacing = @IsReplacing, IsInPlace = @IsInPlace,
            SourceFingerprint = @fingerprint, SourceFiles = @files, TensorCount = @TensorCount, BytesTotal = @SizeBytes
        WHERE JobId = @jobId AND Status <> 'Complete' AND (Status = 'Pending' OR (SourceFingerprint = @fingerprint AND TensorCount = @TensorCount))
        """;

    /// <summary>Opens a job for a request.</summary>
    /// <param name="request">What is to be imported.</param>
    /// <param name="completed">Gets the tensors that earlier runs completed.</param>
    /// <returns>The job and the lock that keeps others from it.</returns>
    /// <exception cref="StoreException">The job the request names cannot be taken up.</exception>
    public (long JobId, FileStream Lock) Open(IngestRequest request, Dictionary<int, ContentHash> completed)
    {
        if (request.JobId is { } named)
        {
            return TakeUp(named, request, completed) ?? throw Refusal(named, request);
        }

        foreach (long jobId in FindEqual(request))
        {
            if (TakeUp(jobId, request, completed) is { } taken)
            {
                return taken;
            }
        }

        return Begin(request);
    }

    private List<long> FindEqual(IngestRequest request) => connection.Query<long>(
        """
        SELECT JobId FROM IngestionJobs
        WHERE TenantId = @TenantId AND ModelName = @ModelName AND SourcePath = @SourcePath AND Status <> 'Complete'
          AND (Status = 'Pending' OR (SourceFingerprint = @fingerprint AND TensorCount = @TensorCount))
          AND BlockBytes = @BlockBytes AND Granularity = @granularity AND Selection IS @selection
        ORDER BY JobId DESC
        """,
        Parameters(request, null)).AsList();

    private (long JobId, FileStream Lock)? TakeUp(long jobId, IngestRequest request, Dictionary<int, ContentHash> completed)
    {
        FileStream? jobLock = null;
        for (int i = 0; (jobLock = packs.TryLock(EmbeddedJobs.LockOf(jobId))) is null; i++)
        {
            if (i == LockTries)
            {
                return null;
            }

            Thread.Sleep(Random.Shared.Next(1, 10));
        }

        try
        {
            if (StoreDatabase.Write(connection, _ => connection.Execute(TakeUpSql, Parameters(request, jobId))) == 0)
            {
                jobLock.Dispose();
                return null;
            }

            foreach ((int number, byte[] hash) in connection.Query<(int, byte[])>(
                "SELECT t.Ordinal, a.Hash FROM IngestionJobTensors t JOIN Atoms a ON a.AtomId = t.AtomId WHERE t.JobId = @jobId", new { jobId }))
            {
                completed.Add(number, new ContentHash(hash));
            }

            return (jobId, jobLock);
        }
        catch
        {
            jobLock.Dispose();
            throw;
        }
    }

    private (long JobId, FileStream Lock) Begin(IngestRequest request)
    {
        FileStream? jobLock = null;
        try
        {
            // The lock is had before anybody else can see the job.
            long jobId = StoreDatabase.Write(connection, _ =>
            {
                if (connection.ExecuteScalar<long>("SELECT count(*) FROM Tenants WHERE TenantId = @TenantId", new { scope.TenantId }) == 0)
                {
                    throw TenantScope.NotFound(scope.Name);
                }

                long inserted = connection.QuerySingle<long>(
                    """
                    INSERT INTO IngestionJobs
                        (TenantId, ModelName, SourcePath, SourceFingerprint, BlockBytes, Status, TensorCount, BytesTotal, CreatedAt, LastUpdatedAt,
                         Granularity, IsReplacing, IsInPlace, SourceFiles, Selection, HostName, ProcessId, Runs, StartedAt, HeartbeatAt)
                    VALUES (@TenantId, @ModelName, @SourcePath, @fingerprint, @BlockBytes, 'Processing', @TensorCount, @SizeBytes, @now, @now,
                            @granularity, @IsReplacing, @IsInPlace, @files, @selection, @host, @process, 1, @now, @now)
                    RETURNING JobId
                    """,
                    Parameters(request, null));
                jobLock = packs.TryLock(EmbeddedJobs.LockOf(inserted))
                    ?? throw new StoreException(StoreErrorCodes.StoreBusy, $"job {inserted}", "another process holds the lock of a job that has just begun");
                return inserted;
            });
            return (jobId, jobLock!);
        }
        catch
        {
            jobLock?.Dispose();
            throw;
        }
    }

    /// <summary>Why a job that was named could not be taken up.</summary>
    private StoreException Refusal(long jobId, IngestRequest request)
    {
        (string? status, byte[]? fingerprint) = connection.QuerySingleOrDefault<(string?, byte[]?)>(
            "SELECT Status, SourceFingerprint FROM IngestionJobs WHERE JobId = @jobId AND TenantId = @TenantId", new { jobId, scope.TenantId });
        return status switch
        {
            null => EmbeddedJobs.NotFound(jobId),
            nameof(JobStatus.Complete) => new StoreException(StoreErrorCodes.JobComplete, $"job {jobId}", "it is complete"),
            _ when new ContentHash(fingerprint!) != request.SourceFingerprint => new StoreException(
                StoreErrorCodes.JobSourceChanged, request.SourcePath, $"its tensors or times are not those that job {jobId} began with; reset the job"),
            _ => EmbeddedJobs.Running(jobId),
        };
    }

    private object Parameters(IngestRequest request, long? jobId) => new
    {
        jobId,
        scope.TenantId,
        request.ModelName,
        request.SourcePath,
        fingerprint = request.SourceFingerprint,
        request.BlockBytes,
        request.TensorCount,
        request.SizeBytes,
        request.IsReplacing,
        request.IsInPlace,
        granularity = request.Granularity.ToString(),
        files = JsonSerializer.Serialize(request.Files),
        selection = request.Selection is null ? null : JsonSerializer.Serialize(request.Selection),
        host = Environment.MachineName,
        process = Environment.ProcessId,
        now = StoreDatabase.Now(),
    };
}
