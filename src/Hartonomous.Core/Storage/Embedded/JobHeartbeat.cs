using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// Notes about once a second how far a job is, for those who watch it from other processes, and sees whether they ask it to stop. A note
/// that finds the database busy is left out.
/// </summary>
internal sealed class JobHeartbeat : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopRequested = new();
    private readonly ManualResetEventSlim _end = new();
    private readonly StoreDatabase _database;
    private readonly long _jobId;
    private readonly Thread _thread;
    private long _bytesProcessed;

    /// <summary>Begins.</summary>
    public JobHeartbeat(StoreDatabase database, long jobId)
    {
        _database = database;
        _jobId = jobId;
        _thread = new Thread(Run) { IsBackground = true, Name = "hart heartbeat" };
        _thread.Start();
    }

    /// <summary>Set when the job is asked to stop.</summary>
    public CancellationToken StopRequested => _stopRequested.Token;

    /// <summary>Tells how far the job is; on any thread.</summary>
    public void Report(long bytesProcessed) => Volatile.Write(ref _bytesProcessed, bytesProcessed);

    /// <summary>Ends the notes and waits for the last.</summary>
    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
        _stopRequested.Dispose();
    }

    private void Run()
    {
        SqliteConnection? connection = null;
        try
        {
            while (!_end.Wait(Interval) && !_stopRequested.IsCancellationRequested)
            {
                try
                {
                    connection ??= _database.ConnectForNotes();
                    if (Note(connection))
                    {
                        _stopRequested.Cancel();
                    }
                }
                catch (SqliteException)
                {
                    // Busy, or failing: the job itself will meet what matters.
                }
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    /// <returns>Whether the job is asked to stop.</returns>
    private bool Note(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            UPDATE IngestionJobs SET BytesProcessed = $bytes, HeartbeatAt = $now WHERE JobId = $job AND Status = 'Processing'
            RETURNING IsStopRequested
            """;
        command.Parameters.AddWithValue("$bytes", Volatile.Read(ref _bytesProcessed));
        command.Parameters.AddWithValue("$now", StoreDatabase.Now());
        command.Parameters.AddWithValue("$job", _jobId);
        return command.ExecuteScalar() is 1L;
    }
}
