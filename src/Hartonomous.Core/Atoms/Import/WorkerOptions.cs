namespace Hartonomous.Core.Atoms.Import;

/// <summary>How long a worker works.</summary>
public sealed record WorkerOptions
{
    /// <summary>Whether it ends when the queue is empty, instead of waiting for more.</summary>
    public bool UntilEmpty { get; init; }

    /// <summary>Jobs after which it ends; null for no such number.</summary>
    public int? MaxJobs { get; init; }

    /// <summary>How often an empty queue is asked again.</summary>
    public TimeSpan Poll { get; init; } = IngestionWorker.DefaultPoll;
}
