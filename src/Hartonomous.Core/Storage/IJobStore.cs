namespace Hartonomous.Core.Storage;

/// <summary>The jobs of a store, as far as its handle's tenant owns them.</summary>
public interface IJobStore
{
    /// <summary>The jobs, the latest first.</summary>
    /// <param name="status">Only those in this state.</param>
    IReadOnlyList<IngestionJob> List(JobStatus? status = null);

    /// <summary>A job, or null.</summary>
    IngestionJob? Find(long jobId);

    /// <summary>
    /// Asks the process that works on a job to end it. It does within some seconds, as after Ctrl+C: the job is then
    /// <see cref="JobStatus.Cancelled"/> and can be resumed. One that waits, or whose process is dead, is cancelled at once. A job that
    /// has ended is left as it is.
    /// </summary>
    /// <returns>The job as it is now.</returns>
    /// <exception cref="StoreException">There is no such job (<c>JOB_NOT_FOUND</c>).</exception>
    IngestionJob Stop(long jobId);

    /// <summary>
    /// Gives a job's checkpoint up, and with it the references to what it had committed: it is <see cref="JobStatus.Pending"/>, and its
    /// next run begins anew.
    /// </summary>
    /// <returns>The job as it is now.</returns>
    /// <exception cref="StoreException">
    /// There is no such job (<c>JOB_NOT_FOUND</c>), it is complete (<c>JOB_COMPLETE</c>), or a process works on it (<c>JOB_RUNNING</c>).
    /// </exception>
    IngestionJob Reset(long jobId);

    /// <summary>Completes a job whose very model is stored already, and gives its checkpoint up.</summary>
    /// <exception cref="StoreException">As of <see cref="Reset"/>.</exception>
    void Close(long jobId, long modelId);
}
