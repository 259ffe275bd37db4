using Dapper;
using Hartonomous.Core.Models;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// A job on an embedded store. Payloads go to a pack at once; what indexes them waits in memory until the next commit, which flushes the
/// pack first. Killed in between, the job loses what it had not committed and nothing else.
/// </summary>
internal sealed partial class EmbeddedIngestSession : IIngestSession
{
    private readonly StoreDatabase _database;
    private readonly PackFolder _packs;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _isStored;
    private readonly SqliteParameter _isStoredHash;
    private readonly Dictionary<int, ContentHash> _completed = [];
    private readonly Dictionary<ContentHash, StagedPayload> _payloads = [];
    private readonly List<(int Number, IngestedTensor Tensor)> _tensors = [];
    private readonly FileStream _lock;
    private PackWriter? _pack;
    private long _bytesProcessed;
    private bool _isClosed;

    public EmbeddedIngestSession(StoreDatabase database, PackFolder packs, IngestRequest request)
    {
        _database = database;
        _packs = packs;
        _connection = database.Connect();
        try
        {
            (JobId, _lock) = TakeUp(request) ?? Begin(request);
            IsResumed = _completed.Count > 0;
            _isStored = _connection.CreateCommand();
            _isStored.CommandText =
                "SELECT 1 FROM Atoms a WHERE a.Hash = $hash AND (a.SizeBytes = 0 OR EXISTS (SELECT 1 FROM AtomPayloads p WHERE p.AtomId = a.AtomId))";
            _isStoredHash = _isStored.Parameters.Add("$hash", SqliteType.Blob);
            _isStored.Prepare();
        }
        catch
        {
            _lock?.Dispose();
            _connection.Dispose();
            throw;
        }
    }

    public long JobId { get; }

    public bool IsResumed { get; }

    public IReadOnlyDictionary<int, ContentHash> CompletedTensors => _completed;

    public long UncommittedBytes { get; private set; }

    public int UncommittedAtoms => _payloads.Count + _places.Count;

    public void FindStored(ReadOnlySpan<ContentHash> hashes, Span<bool> stored)
    {
        for (int i = 0; i < hashes.Length; i++)
        {
            stored[i] = _payloads.ContainsKey(hashes[i]) || IsStored(hashes[i]);
        }
    }

    public void WritePayload(ContentHash hash, ReadOnlySpan<byte> content)
    {
        if (_payloads.ContainsKey(hash))
        {
            return;
        }

        if (content.Length == 0)
        {
            _payloads.Add(hash, new StagedPayload(0, -1, 0));
            return;
        }

        if (_pack is { IsFull: true })
        {
            // A full pack is sealed by the commit of what it holds, so the chunk ends with it.
            Commit(_bytesProcessed);
        }

        _pack ??= PackWriter.Open(_database, _packs);
        _payloads.Add(hash, new StagedPayload(_pack.PackId, _pack.Append(hash, content), content.Length));
        UncommittedBytes += content.Length;
    }

    public void AddTensor(int number, IngestedTensor tensor) => _tensors.Add((number, tensor));

    public void Commit(long bytesProcessed)
    {
        _bytesProcessed = bytesProcessed;
        CommitChunk(() => SetJob(JobStatus.Processing, null, null));
    }

    public long Complete(IngestedModel model, out IngestTotals totals)
    {
        long modelId = 0;
        _bytesProcessed = model.Files.Sum(file => file.SizeBytes);
        CommitChunk(() =>
        {
            modelId = ModelRecorder.Record(_connection, model);
            ReleaseTensors();
            SetJob(JobStatus.Complete, null, modelId);
        });
        totals = _connection.QuerySingle<IngestTotals>("SELECT NewAtoms, NewBytes FROM IngestionJobs WHERE JobId = @JobId", new { JobId });
        _isClosed = true;
        return modelId;
    }

    public void Abandon(JobStatus status, string message)
    {
        // What is staged is dropped with its frames: the next writer of the pack cuts them off.
        if (!_isClosed)
        {
            _isClosed = true;
            StoreDatabase.Write(_connection, _ => SetJob(status, message, null));
        }
    }

    public void Dispose()
    {
        _isStored.Dispose();
        _connection.Dispose();
        _pack?.Dispose();
        _lock.Dispose();
    }

    private bool IsStored(ContentHash hash)
    {
        _isStoredHash.Value = hash.ToArray();
        return _isStored.ExecuteScalar() is not null;
    }

    /// <summary>Takes up an unfinished job of an equal request, unless a live process works on it.</summary>
    private (long JobId, FileStream Lock)? TakeUp(IngestRequest request)
    {
        IEnumerable<long> open = _connection.Query<long>(
            """
            SELECT JobId FROM IngestionJobs
            WHERE TenantId = 1 AND ModelName = @ModelName AND SourcePath = @SourcePath AND Status <> 'Complete'
              AND SourceFingerprint = @SourceFingerprint AND BlockBytes = @BlockBytes AND TensorCount = @TensorCount
            ORDER BY JobId DESC
            """,
            request).AsList();
        foreach (long jobId in open)
        {
            if (_packs.TryLock($"job-{jobId}") is not { } jobLock)
            {
                continue;
            }

            bool isOpen = StoreDatabase.Write(_connection, connection => connection.Execute(
                "UPDATE IngestionJobs SET Status = 'Processing', ErrorMessage = NULL, LastUpdatedAt = @now WHERE JobId = @jobId AND Status <> 'Complete'",
                new { jobId, now = StoreDatabase.Now() }) > 0);
            if (isOpen)
            {
                foreach ((int number, byte[] hash) in _connection.Query<(int, byte[])>(
                    "SELECT t.Ordinal, a.Hash FROM IngestionJobTensors t JOIN Atoms a ON a.AtomId = t.AtomId WHERE t.JobId = @jobId", new { jobId }))
                {
                    _completed.Add(number, new ContentHash(hash));
                }

                return (jobId, jobLock);
            }

            jobLock.Dispose();
        }

        return null;
    }

    private (long JobId, FileStream Lock) Begin(IngestRequest request)
    {
        long jobId = StoreDatabase.Write(_connection, connection => connection.QuerySingle<long>(
            """
            INSERT INTO IngestionJobs
                (TenantId, ModelName, SourcePath, SourceFingerprint, BlockBytes, Status, TensorCount, BytesTotal, CreatedAt, LastUpdatedAt)
            VALUES (1, @ModelName, @SourcePath, @fingerprint, @BlockBytes, 'Processing', @TensorCount, @SizeBytes, @now, @now)
            RETURNING JobId
            """,
            new
            {
                request.ModelName,
                request.SourcePath,
                fingerprint = request.SourceFingerprint,
                request.BlockBytes,
                request.TensorCount,
                request.SizeBytes,
                now = StoreDatabase.Now(),
            }));
        FileStream jobLock = _packs.TryLock($"job-{jobId}")
            ?? throw new StoreException(StoreErrorCodes.StoreBusy, $"job {jobId}", "another process holds the lock of a job that has just begun");
        return (jobId, jobLock);
    }

    private void CommitChunk(Action finish)
    {
        _pack?.Flush();
        bool isFull = _pack is { IsFull: true };
        StoreDatabase.Write(_connection, connection =>
        {
            ChunkWriter chunk = new(connection);
            if (_pack is not null)
            {
                chunk.RaisePack(_pack.PackId, _pack.Length, isFull);
            }

            (long newAtoms, long newBytes) = chunk.InsertPayloads(_payloads);
            InPlaceWriter.Insert(connection, _places);
            foreach ((int number, IngestedTensor tensor) in _tensors)
            {
                chunk.InsertTensor(JobId, number, tensor);
            }

            connection.Execute(
                "UPDATE IngestionJobs SET NewAtoms = NewAtoms + @newAtoms, NewBytes = NewBytes + @newBytes WHERE JobId = @JobId",
                new { newAtoms, newBytes, JobId });
            finish();
            return 0;
        });
        foreach ((int number, IngestedTensor tensor) in _tensors)
        {
            _completed[number] = tensor.Hash;
        }

        _payloads.Clear();
        _places.Clear();
        _tensors.Clear();
        UncommittedBytes = 0;
        if (isFull)
        {
            _pack!.Dispose();
            _pack = null;
        }
    }

    private int SetJob(JobStatus status, string? message, long? modelId) => _connection.Execute(
        """
        UPDATE IngestionJobs
        SET Status = @status, BytesProcessed = @bytes, ErrorMessage = @message, ModelId = @modelId, LastUpdatedAt = @now
        WHERE JobId = @JobId
        """,
        new { status = status.ToString(), bytes = _bytesProcessed, message, modelId, now = StoreDatabase.Now(), JobId });

    /// <summary>Takes back the references that kept the job's tensors alive before the model referred to them.</summary>
    private void ReleaseTensors() => _connection.Execute(
        """
        UPDATE Atoms SET ReferenceCount = ReferenceCount - t.Times
        FROM (SELECT AtomId, count(*) AS Times FROM IngestionJobTensors WHERE JobId = @JobId GROUP BY AtomId) t
        WHERE Atoms.AtomId = t.AtomId;
        DELETE FROM IngestionJobTensors WHERE JobId = @JobId;
        """,
        new { JobId });
}
