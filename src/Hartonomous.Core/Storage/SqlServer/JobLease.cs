using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// Keeps the lease of a job while it is at work, about every second, notes how far it is, and sees whether it is to stop. A note that fails is
/// left out: the lease lasts for many, and the job itself meets what matters.
/// </summary>
internal sealed class JobLease : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private const int NoteSeconds = 5;

    private readonly CancellationTokenSource _stopRequested = new();
    private readonly ManualResetEventSlim _end = new();
    private readonly SqlServerDatabase _database;
    private readonly long? _tenantId;
    private readonly Thread _thread;
    private long _bytesProcessed = -1;

    /// <summary>Begins.</summary>
    public JobLease(SqlServerDatabase database, long? tenantId, long jobId, Guid leaseId)
    {
        _database = database;
        _tenantId = tenantId;
        JobId = jobId;
        LeaseId = leaseId;
        _thread = new Thread(Run) { IsBackground = true, Name = "hart lease" };
        _thread.Start();
    }

    /// <summary>The job.</summary>
    public long JobId { get; }

    /// <summary>What tells the holder of the lease from others.</summary>
    public Guid LeaseId { get; }

    /// <summary>Set when the job is asked to stop.</summary>
    public CancellationToken StopRequested => _stopRequested.Token;

    /// <summary>Tells how far the job is; on any thread.</summary>
    public void Report(long bytesProcessed) => Volatile.Write(ref _bytesProcessed, bytesProcessed);

    /// <summary>Ends the notes. The lease itself is given back by who ends the job.</summary>
    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
        _stopRequested.Dispose();
    }

    private void Run()
    {
        while (!_end.Wait(Interval) && !_stopRequested.IsCancellationRequested)
        {
            try
            {
                if (Note() == 1)
                {
                    _stopRequested.Cancel();
                }
            }
            catch (Exception error) when (error is SqlException or StoreException or InvalidOperationException)
            {
                // The job itself will meet it.
            }
        }
    }

    /// <returns>1 to stop, -1 where the lease is lost, which the next commit says.</returns>
    private int Note()
    {
        long bytes = Volatile.Read(ref _bytesProcessed);
        using SqlConnection connection = _database.Connect(_tenantId);
        return connection.QuerySingle<int>(
            "dbo.sp_RenewLease",
            new { JobId, LeaseId, _database.Options.LeaseSeconds, BytesProcessed = bytes < 0 ? null : (long?)bytes },
            commandTimeout: NoteSeconds,
            commandType: CommandType.StoredProcedure);
    }
}
