namespace Hartonomous;

/// <summary>An ingestion job. A job at work brings its figures up to date about every second.</summary>
public sealed class HartIngestionJob
{
    /// <summary>Key of the job in its store.</summary>
    public required long JobId { get; init; }

    /// <summary>The tenant that owns it.</summary>
    public required string Tenant { get; init; }

    /// <summary>Name the model is to get.</summary>
    public required string Model { get; init; }

    /// <summary>Full path of the source.</summary>
    public required string SourcePath { get; init; }

    /// <summary>Its state.</summary>
    public required HartJobStatus Status { get; init; }

    /// <summary>Its state, or <c>Killed</c> where its process died, or <c>Stopping</c> where it was asked to.</summary>
    public required string State { get; init; }

    /// <summary>Whether a process works on it now.</summary>
    public required bool IsRunning { get; init; }

    /// <summary>Whether it has been asked to stop and has not yet done so.</summary>
    public required bool IsStopRequested { get; init; }

    /// <summary>Whether it is not complete and no process works on it.</summary>
    public required bool CanResume { get; init; }

    /// <summary>Into what tensors are cut.</summary>
    public required HartGranularity Granularity { get; init; }

    /// <summary>Number of tensors to import.</summary>
    public required long TensorCount { get; init; }

    /// <summary>Tensors whose content is committed.</summary>
    public required long TensorsDone { get; init; }

    /// <summary>Length of all files in bytes.</summary>
    public required long BytesTotal { get; init; }

    /// <summary>Bytes of the files that the latest run has worked through.</summary>
    public required long BytesProcessed { get; init; }

    /// <summary>The same in percent.</summary>
    public required double PercentComplete { get; init; }

    /// <summary>Mean bytes a second of the latest run, where known.</summary>
    public long? BytesPerSecond { get; init; }

    /// <summary>Contents brought into the store over all runs.</summary>
    public required long NewAtoms { get; init; }

    /// <summary>Their bytes.</summary>
    public required long NewBytes { get; init; }

    /// <summary>Key of the model, once the job is complete.</summary>
    public long? ModelId { get; init; }

    /// <summary>Stable code of the error that ended the latest run, where it has one.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>What ended the latest run.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The machine of the latest run.</summary>
    public string? HostName { get; init; }

    /// <summary>The process of the latest run on that machine.</summary>
    public int? ProcessId { get; init; }

    /// <summary>How often the job was begun or taken up.</summary>
    public required int Runs { get; init; }

    /// <summary>When the job was made, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When its latest run began, UTC.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When its figures were last brought up to date, UTC.</summary>
    public required DateTime UpdatedAt { get; init; }

    /// <summary>When its latest run ended, UTC.</summary>
    public DateTime? EndedAt { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{JobId} {Model}";
}
