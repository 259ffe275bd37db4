using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Import;

/// <summary>
/// Works on the jobs of a queue, one after the other, until it is told to end. Any number of workers on any number of hosts may share a queue;
/// each job is done once, and one whose worker died goes on elsewhere from its last checkpoint.
/// </summary>
public sealed class IngestionWorker(IModelStore store)
{
    /// <summary>How often an empty queue is asked again.</summary>
    public static readonly TimeSpan DefaultPoll = TimeSpan.FromSeconds(5);

    private readonly IJobQueue _queue = store as IJobQueue
        ?? throw new StoreException(StoreErrorCodes.QueueUnsupported, store.DisplayName, "a store in a folder has no queue; workers need one on a server");

    /// <summary>Works.</summary>
    /// <param name="options">How long.</param>
    /// <param name="ended">Told each job that was worked on: its import, or the error that ended it.</param>
    /// <param name="progress">Told how far the job at work is.</param>
    /// <param name="cancellation">Ends the worker; the job at work is left to be resumed, by itself or another worker.</param>
    /// <returns>How many jobs were worked on.</returns>
    /// <exception cref="StoreException">The store cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled while a job was at work.</exception>
    public int Run(WorkerOptions options, Action<WorkedJob>? ended, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        int done = 0;
        while (!cancellation.IsCancellationRequested && !(done >= options.MaxJobs))
        {
            using IJobLease? lease = _queue.Lease();
            if (lease is null)
            {
                if (options.UntilEmpty)
                {
                    break;
                }

                cancellation.WaitHandle.WaitOne(options.Poll);
                continue;
            }

            WorkedJob worked = Work(lease, progress, cancellation);
            ended?.Invoke(worked);
            done++;
        }

        return done;
    }

    private WorkedJob Work(IJobLease lease, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        using CancellationTokenSource linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lease.StopRequested);
        try
        {
            return new WorkedJob(lease.JobId, new JobResumer(store).Resume(lease.JobId, progress, linked.Token), null);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Nobody asked the job itself to stop: the next worker has it.
            lease.Requeue();
            throw;
        }
        catch (OperationCanceledException error)
        {
            StoreException stopped = new(StoreErrorCodes.JobStopped, $"job {lease.JobId}", "another process asked it to stop", error);
            lease.Abandon(JobStatus.Cancelled, stopped.Message, stopped.Code);
            return new WorkedJob(lease.JobId, null, stopped);
        }
        catch (Exception error) when (error is StoreException or ModelFormatException or IOException or UnauthorizedAccessException)
        {
            lease.Abandon(JobStatus.Failed, error.Message, CodeOf(error));
            return new WorkedJob(lease.JobId, null, error);
        }
    }

    private static string? CodeOf(Exception error) => error switch
    {
        StoreException known => known.Code,
        ModelFormatException known => known.Code,
        _ => null,
    };
}
