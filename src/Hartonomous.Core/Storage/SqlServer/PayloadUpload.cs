using System.Collections.Concurrent;
using System.Data;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using Hartonomous.Core.Models;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// Sends payloads to the server in large batches, on several connections, while the job goes on reading and hashing. What was sent is the
/// job's own until a commit makes it count.
/// </summary>
internal sealed class PayloadUpload : IDisposable
{
    /// <summary>A batch is sent when it has so many bytes, or so many payloads.</summary>
    public const int BatchBytes = 8 << 20;

    private const int BatchPayloads = 8192;
    private const int Connections = 3;

    private readonly SqlServerDatabase _database;
    private readonly long _tenantId;
    private readonly long _jobId;
    private readonly Guid _leaseId;
    private readonly BlockingCollection<Batch> _queue = new(boundedCapacity: 1);
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _ended = new();
    private readonly object _gate = new();
    private Batch _batch = new();
    private int _pending;
    private ExceptionDispatchInfo? _error;

    /// <summary>Begins.</summary>
    public PayloadUpload(SqlServerDatabase database, long tenantId, long jobId, Guid leaseId)
    {
        _database = database;
        _tenantId = tenantId;
        _jobId = jobId;
        _leaseId = leaseId;
        _threads = [.. Enumerable.Range(0, Connections).Select(_ => new Thread(Send) { IsBackground = true, Name = "hart upload" })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Takes a payload; sends what has gathered when it is much.</summary>
    /// <exception cref="StoreException">An earlier batch could not be sent.</exception>
    public void Add(ContentHash hash, ReadOnlySpan<byte> content)
    {
        if (_batch.Count > 0 && (_batch.Length + content.Length > BatchBytes || _batch.Count == BatchPayloads))
        {
            Post();
        }

        _batch.Add(hash, content);
    }

    /// <summary>Sends what is left and waits until the server has all.</summary>
    /// <exception cref="StoreException">A batch could not be sent.</exception>
    public void Flush()
    {
        if (_batch.Count > 0)
        {
            Post();
        }

        lock (_gate)
        {
            while (_pending > 0)
            {
                Monitor.Wait(_gate);
            }
        }

        _error?.Throw();
    }

    public void Dispose()
    {
        _ended.Cancel();
        _queue.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _queue.Dispose();
        _ended.Dispose();
    }

    private void Post()
    {
        _error?.Throw();
        lock (_gate)
        {
            _pending++;
        }

        _queue.Add(_batch);
        _batch = new Batch();
    }

    private void Send()
    {
        foreach (Batch batch in _queue.GetConsumingEnumerable())
        {
            try
            {
                if (_error is null && !_ended.IsCancellationRequested)
                {
                    _database.Run(_tenantId, connection => Send(connection, batch), _ended.Token);
                }
            }
            catch (Exception error)
            {
                _error ??= ExceptionDispatchInfo.Capture(error);
            }

            lock (_gate)
            {
                _pending--;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Send(SqlConnection connection, Batch batch)
    {
        using SqlCommand command = connection.CreateCommand();
        command.CommandText = "dbo.sp_WritePayloads";
        command.CommandType = CommandType.StoredProcedure;
        command.CommandTimeout = SqlServerDatabase.CommandSeconds;
        command.Parameters.Add("@JobId", SqlDbType.BigInt).Value = _jobId;
        command.Parameters.Add("@LeaseId", SqlDbType.UniqueIdentifier).Value = _leaseId;
        command.Parameters.Add("@Hashes", SqlDbType.VarBinary, -1).Value = batch.Hashes.ToArray();
        command.Parameters.Add("@Pieces", SqlDbType.NVarChar, -1).Value = batch.Pieces();
        batch.Content.Position = 0;
        command.Parameters.Add("@Content", SqlDbType.VarBinary, -1).Value = batch.Content;
        using CancellationTokenRegistration registration = _ended.Token.Register(command.Cancel);
        command.ExecuteNonQuery();
    }

    private sealed class Batch
    {
        private readonly StringBuilder _pieces = new("[");

        public int Count { get; private set; }

        public long Length => Content.Length;

        public MemoryStream Hashes { get; } = new();

        public MemoryStream Content { get; } = new();

        public void Add(ContentHash hash, ReadOnlySpan<byte> content)
        {
            _pieces.Append(Count == 0 ? "[" : ",[").Append(CultureInfo.InvariantCulture, $"{Content.Length},{content.Length}]");
            Hashes.Write(hash.ToArray());
            Content.Write(content);
            Count++;
        }

        public string Pieces() => _pieces + "]";
    }
}
