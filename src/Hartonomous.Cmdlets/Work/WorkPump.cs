using System.Collections.Concurrent;
using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>
/// Runs work on a thread of its own while the pipeline thread writes what comes out of it. The pipeline thread never waits for longer
/// than a moment, so Ctrl+C is seen at once whatever the work is doing.
/// </summary>
internal static class WorkPump
{
    private const int Depth = 64;

    /// <summary>
    /// How long a stopping pipeline waits for the work to end. Work that takes longer (a slow disk's flush) ends by itself later.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    /// <summary>Runs work to its end. An error in it comes out as it was thrown.</summary>
    /// <param name="cmdlet">The cmdlet; this is its pipeline thread.</param>
    /// <param name="progress">Where the work reports its progress.</param>
    /// <param name="work">The work. What it uses it disposes itself, as it may end after this method.</param>
    /// <param name="stop">Set when the pipeline is stopped.</param>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    public static void Run(Cmdlet cmdlet, ProgressMeter progress, Action<WorkContext> work, CancellationToken stop)
    {
        BlockingCollection<Action<Cmdlet>> queue = new(Depth);
        CancellationTokenSource cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        WorkContext context = new(queue, progress, cancel.Token);
        Task task = Task.Factory.StartNew(
            () =>
            {
                try
                {
                    work(context);
                }
                finally
                {
                    queue.CompleteAdding();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            Write(cmdlet, progress, queue, stop);
            task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            // Also where a write threw, because the rest of the pipeline wants no more or -ErrorAction is Stop.
            End(task, cancel, queue);
            Finish(cmdlet, progress);
        }
    }

    private static void Write(Cmdlet cmdlet, ProgressMeter progress, BlockingCollection<Action<Cmdlet>> queue, CancellationToken stop)
    {
        while (!queue.IsCompleted)
        {
            stop.ThrowIfCancellationRequested();
            if (queue.TryTake(out Action<Cmdlet>? write, (int)ProgressMeter.Interval.TotalMilliseconds, stop))
            {
                write(cmdlet);
            }

            if (progress.Next() is { } record)
            {
                cmdlet.WriteProgress(record);
            }
        }
    }

    private static void End(Task task, CancellationTokenSource cancel, BlockingCollection<Action<Cmdlet>> queue)
    {
        if (!task.IsCompleted)
        {
            cancel.Cancel();
            Task.WaitAny([task], Patience);
        }

        // Reading the error observes it: an error after the end has nobody left to tell.
        task.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                cancel.Dispose();
                queue.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static void Finish(Cmdlet cmdlet, ProgressMeter progress)
    {
        if (progress.Finish() is { } record)
        {
            try
            {
                cmdlet.WriteProgress(record);
            }
            catch (PipelineStoppedException)
            {
                // A stopped pipeline takes no more records; the host clears its display itself.
            }
        }
    }
}
