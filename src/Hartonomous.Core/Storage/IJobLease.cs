namespace Hartonomous.Core.Storage;

/// <summary>A job that this process holds, kept by a sign of life about every second until it is disposed.</summary>
public interface IJobLease : IDisposable
{
    /// <summary>Key of the job.</summary>
    long JobId { get; }

    /// <summary>Set when somebody asks the job to stop.</summary>
    CancellationToken StopRequested { get; }

    /// <summary>Marks the job failed or cancelled before its import had begun. Where it had, that has noted it itself, and this does nothing.</summary>
    /// <param name="status">How it ended.</param>
    /// <param name="message">Why.</param>
    /// <param name="code">Stable code of the error, where it has one.</param>
    void Abandon(JobStatus status, string message, string? code);

    /// <summary>Lets another worker have the job, from its last checkpoint: this one ends.</summary>
    void Requeue();
}
