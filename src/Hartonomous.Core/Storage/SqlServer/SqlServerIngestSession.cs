using System.Data;
using System.Text.Json;
using Dapper;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Embedded;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// A job on a server. Payloads are uploaded as they come, as the job's own; the commit makes them count, with all that refers to them, in one
/// transaction on the server. Killed in between, the job loses what it had not committed and nothing else.
/// </summary>
internal sealed class SqlServerIngestSession : IIngestSession
{
    private readonly SqlServerDatabase _database;
    private readonly long _tenantId;
    private readonly Dictionary<int, ContentHash> _completed = [];
    private readonly HashSet<ContentHash> _payloads = [];
    private readonly HashSet<ContentHash> _pending = [];
    private readonly List<(int Number, IngestedTensor Tensor)> _tensors = [];
    private readonly JobLease _lease;
    private readonly PayloadUpload _upload;
    private long _bytesProcessed;
    private bool _hasQuota;
    private bool _isClosed;

    public SqlServerIngestSession(SqlServerDatabase database, TenantScope scope, IngestRequest request)
    {
        _tenantId = scope.Required;
        _database = database;
        Guid leaseId = request.JobId is { } named && database.HeldLease(named) is { } held ? held : Guid.NewGuid();
        JobId = Open(request, leaseId);
        IsResumed = _completed.Count > 0;
        _lease = new JobLease(database, _tenantId, JobId, leaseId);
        _upload = new PayloadUpload(database, _tenantId, JobId, leaseId);
    }

    public long JobId { get; }

    public bool IsResumed { get; }

    public IReadOnlyDictionary<int, ContentHash> CompletedTensors => _completed;

    public long UncommittedBytes { get; private set; }

    public int UncommittedAtoms => _payloads.Count;

    public CancellationToken StopRequested => _lease.StopRequested;

    public IReadOnlyList<RecipeSegment>? FindRecipe(ContentHash sha256) => RecipeReading.Find(_database, _tenantId, sha256, isOwned: true);

    public IReadOnlyList<AtomBlock> ListBlocks(ContentHash hash) => BlockQuery.List(_database, null, hash);

    public void Report(long bytesProcessed) => _lease.Report(bytesProcessed);

    public void FindStored(ReadOnlySpan<ContentHash> hashes, Span<bool> stored)
    {
        HashList asked = new();
        for (int i = 0; i < hashes.Length; i++)
        {
            stored[i] = _payloads.Contains(hashes[i]);
            if (!stored[i])
            {
                asked.PlaceOf(hashes[i]);
            }
        }

        HashSet<ContentHash> found = StoredLookup.Find(_database, _tenantId, asked);
        for (int i = 0; i < hashes.Length; i++)
        {
            stored[i] = stored[i] || found.Contains(hashes[i]);
            if (stored[i] && _hasQuota)
            {
                _pending.Add(hashes[i]);
            }
        }
    }

    public void WritePayload(ContentHash hash, ReadOnlySpan<byte> content)
    {
        if (!_payloads.Add(hash))
        {
            return;
        }

        if (_hasQuota)
        {
            _pending.Add(hash);
        }

        _upload.Add(hash, content);
        UncommittedBytes += content.Length;
    }

    public void AddTensor(int number, IngestedTensor tensor) => _tensors.Add((number, tensor));

    public void Commit(long bytesProcessed)
    {
        _bytesProcessed = bytesProcessed;
        CommitChunk(new ChunkMessage(_tensors));
    }

    public long Complete(IngestedModel model, out IngestTotals totals)
    {
        _bytesProcessed = model.Files.Sum(file => file.SizeBytes);
        ChunkMessage message = new(_tensors);
        message.SetModel(model);
        Answer answer;
        try
        {
            answer = CommitChunk(message);
        }
        catch (StoreException error) when (error.Code == StoreErrorCodes.JobLeaseLost)
        {
            // The connection may have broken after the server had committed: then the job is complete, and repeated in vain.
            answer = FindComplete() ?? throw new StoreException(error.Code, error.Subject, error.Problem, error);
        }

        _isClosed = true;
        totals = new IngestTotals(answer.NewAtoms, answer.NewBytes);
        return answer.ModelId!.Value;
    }

    public void Abandon(JobStatus status, string message, string? code)
    {
        if (!_isClosed)
        {
            _isClosed = true;
            End(status.ToString(), code, SqlText.Encode(message));
        }
    }

    public void Dispose()
    {
        _upload.Dispose();
        _lease.Dispose();
        if (!_isClosed)
        {
            try
            {
                End(null, null, null);
            }
            catch (StoreException)
            {
                // The lease runs out by itself.
            }
        }
    }

    private long Open(IngestRequest request, Guid leaseId)
    {
        long jobId = 0;
        _database.Run(_tenantId, connection =>
        {
            _completed.Clear();
            using SqlMapper.GridReader results = connection.QueryMultiple(
                "dbo.sp_OpenJob",
                new
                {
                    TenantId = _tenantId,
                    request.JobId,
                    ModelName = SqlText.Encode(request.ModelName),
                    SourcePath = SqlText.Encode(request.SourcePath),
                    Fingerprint = request.SourceFingerprint,
                    request.BlockBytes,
                    Granularity = request.Granularity.ToString(),
                    request.TensorCount,
                    BytesTotal = request.SizeBytes,
                    request.IsReplacing,
                    SourceFiles = JsonSerializer.Serialize(request.Files),
                    Selection = request.Selection is null ? null : JsonSerializer.Serialize(request.Selection),
                    HostName = Environment.MachineName,
                    ProcessId = Environment.ProcessId,
                    LeaseId = leaseId,
                    _database.Options.LeaseSeconds,
                },
                commandTimeout: SqlServerDatabase.CommandSeconds,
                commandType: CommandType.StoredProcedure);
            (jobId, int hasQuota) = results.ReadSingle<(long, int)>();
            _hasQuota = hasQuota == 1;
            foreach ((int ordinal, byte[] hash) in results.Read<(int, byte[])>())
            {
                _completed.Add(ordinal, new ContentHash(hash));
            }
        });
        return jobId;
    }

    private Answer CommitChunk(ChunkMessage message)
    {
        _upload.Flush();
        byte[] pending = Concatenate(_pending);
        Answer answer = _database.Run(_tenantId, connection => Send(connection, message, pending));
        foreach ((int number, IngestedTensor tensor) in _tensors)
        {
            _completed[number] = tensor.Hash;
            _pending.Remove(tensor.Hash);
            foreach (BlockPlacement block in tensor.Blocks)
            {
                _pending.Remove(block.Block);
            }
        }

        _payloads.Clear();
        _tensors.Clear();
        UncommittedBytes = 0;
        _hasQuota = answer.HasQuota;
        return answer;
    }

    private Answer Send(SqlConnection connection, ChunkMessage message, byte[] pending)
    {
        using SqlCommand command = connection.CreateCommand();
        command.CommandText = "dbo.sp_AtomizeModel_Governed";
        command.CommandType = CommandType.StoredProcedure;
        command.CommandTimeout = SqlServerDatabase.CommandSeconds;
        command.Parameters.Add("@JobId", SqlDbType.BigInt).Value = JobId;
        command.Parameters.Add("@LeaseId", SqlDbType.UniqueIdentifier).Value = _lease.LeaseId;
        command.Parameters.Add("@LeaseSeconds", SqlDbType.Int).Value = _database.Options.LeaseSeconds;
        command.Parameters.Add("@BytesProcessed", SqlDbType.BigInt).Value = _bytesProcessed;
        ChunkMessage.AddBinary(command, "@Pending", pending);
        command.Parameters.Add("@PendingCount", SqlDbType.Int).Value = pending.Length / ContentHash.Size;
        message.AddTo(command);
        using SqlDataReader reader = command.ExecuteReader();
        reader.Read();
        Answer answer = new(reader.IsDBNull(0) ? null : reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3) == 1);

        // An error may come behind the rows.
        while (reader.NextResult())
        {
        }

        return answer;
    }

    private Answer? FindComplete() => _database.Run(_tenantId, connection =>
    {
        (long? modelId, long atoms, long bytes) = connection.QuerySingleOrDefault<(long?, long, long)>(
            "SELECT ModelId, NewAtoms, NewBytes FROM dbo.IngestionJobs WHERE JobId = @JobId AND TenantId = @TenantId AND Status = N'Complete'",
            new { JobId, TenantId = _tenantId });
        return modelId is null ? null : new Answer(modelId, atoms, bytes, false);
    });

    private void End(string? status, string? code, string? message) => _database.Execute(
        _tenantId,
        "dbo.sp_EndJob",
        new { JobId, _lease.LeaseId, Status = status, ErrorCode = code, ErrorMessage = message, BytesProcessed = _bytesProcessed });

    private static byte[] Concatenate(HashSet<ContentHash> hashes)
    {
        byte[] bytes = new byte[hashes.Count * ContentHash.Size];
        int offset = 0;
        foreach (ContentHash hash in hashes)
        {
            hash.CopyTo(bytes.AsSpan(offset));
            offset += ContentHash.Size;
        }

        return bytes;
    }

    private sealed record Answer(long? ModelId, long NewAtoms, long NewBytes, bool HasQuota);
}
