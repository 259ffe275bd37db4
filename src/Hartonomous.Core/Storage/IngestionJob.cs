using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A job as a store lists it. A job at work brings its figures up to date about every second.</summary>
public sealed record IngestionJob
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
    public required JobStatus Status { get; init; }

    /// <summary>
    /// Whether a process works on it now. A job that is <see cref="JobStatus.Processing"/> without one was killed; it can be resumed.
    /// </summary>
    public bool IsRunning { get; init; }

    /// <summary>Whether it has been asked to stop and has not yet done so.</summary>
    public required bool IsStopRequested { get; init; }

    /// <summary>Into what tensors are cut.</summary>
    public required Granularity Granularity { get; init; }

    /// <summary>Size of a block atom at most.</summary>
    public required int BlockBytes { get; init; }

    /// <summary>Whether a different model of the name is replaced.</summary>
    public required bool IsReplacing { get; init; }

    /// <summary>Whether tensors are referred to where they lie instead of being copied.</summary>
    public required bool IsInPlace { get; init; }

    /// <summary>Number of tensors to import.</summary>
    public required long Tensors { get; init; }

    /// <summary>Tensors whose content is committed: the checkpoint. All of them once the job is complete.</summary>
    public required long TensorsDone { get; init; }

    /// <summary>Length of all files in bytes.</summary>
    public required long BytesTotal { get; init; }

    /// <summary>Bytes of the files that the latest run has worked through.</summary>
    public required long BytesProcessed { get; init; }

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

    /// <summary>When the job was made.</summary>
    public required DateTime CreatedAtUtc { get; init; }

    /// <summary>When its latest run began.</summary>
    public DateTime? StartedAtUtc { get; init; }

    /// <summary>When its figures were last brought up to date.</summary>
    public required DateTime UpdatedAtUtc { get; init; }

    /// <summary>When its latest run ended; null while one is at work, and after a kill.</summary>
    public DateTime? EndedAtUtc { get; init; }

    /// <summary>The source's files as they were when the job began; empty in jobs of a store of schema version 1.</summary>
    public IReadOnlyList<JobSourceFile> SourceFiles { get; init; } = [];

    /// <summary>Names of the tensors, where not all of the source are imported.</summary>
    public IReadOnlyList<string>? Selection { get; init; }

    /// <summary>Share of the files the latest run has worked through, 0 to 1.</summary>
    public double Progress => BytesTotal == 0 ? (Status == JobStatus.Complete ? 1 : 0) : Math.Clamp((double)BytesProcessed / BytesTotal, 0, 1);

    /// <summary>Mean bytes a second of the latest run; null where that is not known.</summary>
    public double? BytesPerSecond =>
        StartedAtUtc is { } started && UpdatedAtUtc > started ? BytesProcessed / (UpdatedAtUtc - started).TotalSeconds : null;

    /// <summary>Whether the job can be resumed: it is not complete, and no process works on it.</summary>
    public bool CanResume => Status != JobStatus.Complete && !IsRunning;
}
