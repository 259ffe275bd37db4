using System.Text.Json;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>A row of IngestionJobs as it is read.</summary>
internal sealed record JobRow
{
    public const string Columns =
        """
        SELECT j.JobId, t.Name AS Tenant, j.ModelName AS Model, j.SourcePath, j.Status, j.IsStopRequested, j.Granularity, j.BlockBytes, j.IsReplacing,
               j.IsInPlace, j.TensorCount AS Tensors,
               CASE WHEN j.Status = 'Complete' THEN j.TensorCount ELSE (SELECT count(*) FROM IngestionJobTensors d WHERE d.JobId = j.JobId) END AS TensorsDone,
               j.BytesTotal, j.BytesProcessed, j.NewAtoms, j.NewBytes, j.ModelId, j.ErrorCode, j.ErrorMessage, j.HostName, j.ProcessId, j.Runs,
               j.CreatedAt, j.StartedAt, j.LastUpdatedAt, j.HeartbeatAt, j.EndedAt, j.SourceFiles, j.Selection
        FROM IngestionJobs j JOIN Tenants t ON t.TenantId = j.TenantId
        """;

    public required long JobId { get; init; }

    public required string Tenant { get; init; }

    public required string Model { get; init; }

    public required string SourcePath { get; init; }

    public required string Status { get; init; }

    public required bool IsStopRequested { get; init; }

    public required string Granularity { get; init; }

    public required int BlockBytes { get; init; }

    public required bool IsReplacing { get; init; }

    public required bool IsInPlace { get; init; }

    public required long Tensors { get; init; }

    public required long TensorsDone { get; init; }

    public required long BytesTotal { get; init; }

    public required long BytesProcessed { get; init; }

    public required long NewAtoms { get; init; }

    public required long NewBytes { get; init; }

    public long? ModelId { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public string? HostName { get; init; }

    public int? ProcessId { get; init; }

    public required int Runs { get; init; }

    public required DateTime CreatedAt { get; init; }

    public DateTime? StartedAt { get; init; }

    public required DateTime LastUpdatedAt { get; init; }

    public DateTime? HeartbeatAt { get; init; }

    public DateTime? EndedAt { get; init; }

    public string? SourceFiles { get; init; }

    public string? Selection { get; init; }

    public IngestionJob ToJob(bool isRunning) => new()
    {
        JobId = JobId,
        Tenant = Tenant,
        Model = Model,
        SourcePath = SourcePath,
        Status = Enum.Parse<JobStatus>(Status),
        IsRunning = isRunning,
        IsStopRequested = IsStopRequested,
        Granularity = Enum.Parse<Granularity>(Granularity),
        BlockBytes = BlockBytes,
        IsReplacing = IsReplacing,
        IsInPlace = IsInPlace,
        Tensors = Tensors,
        TensorsDone = TensorsDone,
        BytesTotal = BytesTotal,
        BytesProcessed = BytesProcessed,
        NewAtoms = NewAtoms,
        NewBytes = NewBytes,
        ModelId = ModelId,
        ErrorCode = ErrorCode,
        ErrorMessage = ErrorMessage,
        HostName = HostName,
        ProcessId = ProcessId,
        Runs = Runs,
        CreatedAtUtc = CreatedAt,
        StartedAtUtc = StartedAt,
        UpdatedAtUtc = HeartbeatAt > LastUpdatedAt ? HeartbeatAt.Value : LastUpdatedAt,
        EndedAtUtc = EndedAt,
        SourceFiles = SourceFiles is null ? [] : JsonSerializer.Deserialize<JobSourceFile[]>(SourceFiles)!,
        Selection = Selection is null ? null : JsonSerializer.Deserialize<string[]>(Selection),
    };
}
