using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Embedded.Maintenance;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>
/// A job on an embedded store. Payloads go to a pack at once; what indexes them waits in memory until the next commit, which flushes the
/// pack first. Killed in between, the job loses what it had not committed and nothing else.
/// </summary>
internal sealed partial class EmbeddedIngestSession : IIngestSession
{
    // A content counts as stored where the store itself has it whole: not where it is on its way out, nor where parts of it are lost or lie
    // in files outside.
    private const string IsStoredSql =
        """
        SELECT 1 FROM Atoms a
        WHERE a.Hash = $hash AND NOT EXISTS (SELECT 1 FROM CondemnedAtoms c WHERE c.AtomId = a.AtomId)
          AND (a.SizeBytes = 0 OR a.Content IS NOT NULL OR EXISTS (SELECT 1 FROM AtomPayloads p WHERE p.AtomId = a.AtomId)
            OR (a.BlockCount > 0 AND NOT EXISTS (SELECT 1 FROM LostContents l WHERE l.AtomId = a.AtomId)
                AND NOT (EXISTS (SELECT 1 FROM AtomSources) AND EXISTS (
                    WITH RECURSIVE Parts (AtomId) AS (
                        SELECT c.BlockAtomId FROM TensorAtomCoefficients c WHERE c.AtomId = a.AtomId
                        UNION
                        SELECT c.BlockAtomId FROM Parts p JOIN TensorAtomCoefficients c ON c.AtomId = p.AtomId)
                    SELECT 1 FROM Parts p JOIN AtomSources s ON s.AtomId = p.AtomId))))
        """;

    private readonly StoreDatabase _database;
    private readonly PackFolder _packs;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _isStored;
    private readonly SqliteParameter _isStoredHash;
    private readonly Dictionary<int, ContentHash> _completed = [];
    private readonly Dictionary<ContentHash, StagedPayload> _payloads = [];
    private readonly List<(int Number, IngestedTensor Tensor)> _tensors = [];
    private readonly HashSet<ContentHash> _pending = [];
    private readonly IngestLease _lease;
    private readonly FileStream _lock;
    private readonly JobHeartbeat _heartbeat;
    private readonly TenantScope _scope;
    private readonly long _tenantId;
    private PackWriter? _pack;
    private long _bytesProcessed;
    private bool _hasQuota;
    private bool _isClosed;

    public EmbeddedIngestSession(StoreDatabase database, PackFolder packs, TenantScope scope, IngestRequest request)
    {
        _tenantId = scope.Required;
        _scope = scope;
        _database = database;
        _packs = packs;
        _lease = IngestLease.Begin(database, packs);
        try
        {
            _connection = database.Connect();
            (JobId, _lock) = new JobOpening(_connection, packs, scope).Open(request, _completed);
            IsResumed = _completed.Count > 0;
            TenantUse use = TenantAccount.Read(_connection, _tenantId);
            _hasQuota = use.MaxAtoms is not null || use.MaxBytes is not null;
            _isStored = _connection.CreateCommand();
            _isStored.CommandText = IsStoredSql;
            _isStoredHash = _isStored.Parameters.Add("$hash", SqliteType.Blob);
            _isStored.Prepare();
            _heartbeat = new JobHeartbeat(database, JobId);
        }
        catch
        {
            _isStored?.Dispose();
            _lock?.Dispose();
            _connection?.Dispose();
            _lease.Dispose();
            throw;
        }
    }

    public long JobId { get; }

    public bool IsResumed { get; }

    public IReadOnlyDictionary<int, ContentHash> CompletedTensors => _completed;

    public long UncommittedBytes { get; private set; }

    public int UncommittedAtoms => _payloads.Count + _places.Count;

    public CancellationToken StopRequested => _heartbeat.StopRequested;

    public IReadOnlyList<RecipeSegment>? FindRecipe(ContentHash sha256) => RecipeQuery.Find(_connection, TenantScope.All, sha256);

    public IReadOnlyList<AtomBlock> ListBlocks(ContentHash hash) => AtomQuery.ListBlocks(_connection, TenantScope.All, hash);

    public void Report(long bytesProcessed) => _heartbeat.Report(bytesProcessed);

    public void FindStored(ReadOnlySpan<ContentHash> hashes, Span<bool> stored)
    {
        for (int i = 0; i < hashes.Length; i++)
        {
            // Cut finely, a window holds the same few contents many times.
            stored[i] = i > 0 && hashes[i] == hashes[i - 1] ? stored[i - 1] : _payloads.ContainsKey(hashes[i]) || IsStored(hashes[i]);
            if (stored[i] && _hasQuota)
            {
                _pending.Add(hashes[i]);
            }
        }
    }

    public void WritePayload(ContentHash hash, ReadOnlySpan<byte> content)
    {
        if (_payloads.ContainsKey(hash))
        {
            return;
        }

        if (_hasQuota)
        {
            _pending.Add(hash);
        }

        if (content.Length <= StagedPayload.InlineBytes)
        {
            _payloads.Add(hash, StagedPayload.Inline(content));
            UncommittedBytes += content.Length;
            return;
        }

        if (_pack is { IsFull: true })
        {
            // A full pack is sealed by the commit of what it holds, so the chunk ends with it.
            Commit(_bytesProcessed);
        }

        try
        {
            _pack ??= PackWriter.Open(_database, _packs);
            _payloads.Add(hash, StagedPayload.InPack(_pack.PackId, _pack.Append(hash, content), content.Length));
        }
        catch (Exception error) when (StoreFaults.Translate(error, _database.FilePath) is { } known)
        {
            throw known;
        }

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
            modelId = ModelRecorder.Record(_connection, _scope, model);
            EmbeddedJobs.ReleaseCheckpoint(_connection, JobId);
            _pending.Clear();
            SetJob(JobStatus.Complete, null, modelId);
        });
        totals = _connection.QuerySingle<IngestTotals>("SELECT NewAtoms, NewBytes FROM IngestionJobs WHERE JobId = @JobId", new { JobId });
        _isClosed = true;
        return modelId;
    }

    public void Abandon(JobStatus status, string message, string? code)
    {
        // What is staged is dropped with its frames: the next writer of the pack cuts them off.
        if (!_isClosed)
        {
            _isClosed = true;
            StoreDatabase.Write(_connection, _ => SetJob(status, message, null, code));
        }
    }

    public void Dispose()
    {
        _heartbeat.Dispose();
        _isStored.Dispose();
        _connection.Dispose();
        _pack?.Dispose();
        _lock.Dispose();
        _lease.Dispose();
    }

    private bool IsStored(ContentHash hash)
    {
        _isStoredHash.Value = hash.ToArray();
        return _isStored.ExecuteScalar() is not null;
    }

    private void CommitChunk(Action finish) => StoreFaults.Guard(_database.FilePath, () => WriteChunk(finish));

    private void WriteChunk(Action finish)
    {
        _pack?.Flush();
        bool isFull = _pack is { IsFull: true };
        StoreDatabase.Write(_connection, connection =>
        {
            TenantUse before = TenantAccount.Read(connection, _tenantId);
            using ChunkWriter chunk = new(connection, _tenantId);
            if (_pack is not null)
            {
                ChunkWriter.RaisePack(connection, _pack.PackId, _pack.Length, isFull);
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
            TenantAccount.Check(connection, _tenantId, before, _pending);
            _hasQuota = before.MaxAtoms is not null || before.MaxBytes is not null;
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

    private int SetJob(JobStatus status, string? message, long? modelId, string? code = null) => _connection.Execute(
        """
        UPDATE IngestionJobs
        SET Status = @status, BytesProcessed = @bytes, ErrorCode = @code, ErrorMessage = @message, ModelId = @modelId, LastUpdatedAt = @now,
            IsStopRequested = CASE @status WHEN 'Processing' THEN IsStopRequested ELSE 0 END,
            EndedAt = CASE @status WHEN 'Processing' THEN NULL ELSE @now END
        WHERE JobId = @JobId
        """,
        new { status = status.ToString(), bytes = _bytesProcessed, code, message, modelId, now = StoreDatabase.Now(), JobId });
}
