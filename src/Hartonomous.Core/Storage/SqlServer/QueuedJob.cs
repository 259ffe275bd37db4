namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>A job that a worker of this process has taken from the queue. The import that opens it goes on under the same lease.</summary>
internal sealed class QueuedJob : IJobLease
{
    private readonly SqlServerDatabase _database;
    private readonly long? _tenantId;
    private readonly JobLease _lease;

    private QueuedJob(SqlServerDatabase database, long? tenantId, long jobId, Guid leaseId)
    {
        _database = database;
        _tenantId = tenantId;
        database.HoldLease(jobId, leaseId);
        _lease = new JobLease(database, tenantId, jobId, leaseId);
    }

    public long JobId => _lease.JobId;

    public CancellationToken StopRequested => _lease.StopRequested;

    /// <summary>Takes the next job; null where there is none.</summary>
    public static QueuedJob? Take(SqlServerDatabase database, long? tenantId)
    {
        Guid leaseId = Guid.NewGuid();
        long? jobId = database.Query<long?>(
            tenantId,
            "dbo.sp_LeaseJob",
            new
            {
                TenantId = tenantId,
                HostName = Environment.MachineName,
                ProcessId = Environment.ProcessId,
                LeaseId = leaseId,
                database.Options.LeaseSeconds,
            }).Single();
        return jobId is null ? null : new QueuedJob(database, tenantId, jobId.Value, leaseId);
    }

    public void Abandon(JobStatus status, string message, string? code) => End(status.ToString(), message, code);

    public void Requeue() => _database.Execute(_tenantId, "dbo.sp_RequeueJob", new { JobId, TenantId = _tenantId });

    public void Dispose()
    {
        _lease.Dispose();
        _database.DropLease(JobId);
        try
        {
            End(null, null, null);
        }
        catch (StoreException)
        {
            // The lease runs out by itself.
        }
    }

    /// <summary>Does nothing where the lease is no longer this one, as after the job's own end.</summary>
    private void End(string? status, string? message, string? code) => _database.Execute(
        _tenantId,
        "dbo.sp_EndJob",
        new
        {
            JobId,
            _lease.LeaseId,
            Status = status,
            ErrorCode = code,
            ErrorMessage = message is null ? null : SqlText.Encode(message),
            BytesProcessed = 0L,
        });
}
