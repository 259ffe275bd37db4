using System.Management.Automation;
using Hartonomous.Core.Numerics;

namespace Hartonomous.Commands;

/// <summary>Base of all cmdlets that do work: runs it off the pipeline thread, stops it on Ctrl+C, turns its errors into records.</summary>
public abstract class HartCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Only asks the work to end; it ends on its own thread.</summary>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Releases what the cmdlet holds. PowerShell calls it where <c>EndProcessing</c> was not reached as well. The source of the stop token
    /// is left to the garbage collector: work that outlives a stopped pipeline still looks at it, and it holds nothing.
    /// </summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Runs work; an error in it that users can meet ends the cmdlet with a terminating error.</summary>
    private protected void Work(string activity, object? target, Action<WorkContext> work)
    {
        if (Run(activity, target, work) is { } record)
        {
            ThrowTerminatingError(record);
        }
    }

    /// <summary>Runs work on one of several things; an error in it that users can meet is written, and the rest goes on.</summary>
    /// <returns>Whether the work was done.</returns>
    private protected bool TryWork(string activity, object? target, Action<WorkContext> work)
    {
        if (Run(activity, target, work) is not { } record)
        {
            return true;
        }

        WriteError(record);
        return false;
    }

    /// <summary>The full path of a file or folder of the file system; what is none ends the cmdlet with a terminating error.</summary>
    private protected string FullPath(string path)
    {
        try
        {
            return ModelPaths.Full(SessionState, path);
        }
        catch (HartException error)
        {
            ThrowTerminatingError(ErrorRecords.Make(error, path));
            throw;
        }
    }

    /// <summary>The most threads the work may compute on, or 0 for as many as there are cores; what <c>-ThrottleLimit</c> says, where there is one.</summary>
    private protected virtual int Threads => 0;

    private ErrorRecord? Run(string activity, object? target, Action<WorkContext> work)
    {
        try
        {
            int threads = Threads;
            WorkPump.Run(
                this,
                new ProgressMeter(activity),
                context =>
                {
                    if (threads > 0)
                    {
                        Parallelism.Use(threads);
                    }

                    work(context);
                },
                _stop.Token);
            return null;
        }
        catch (Exception error) when (error is not RuntimeException && ErrorRecords.TryMake(error, target) is { } record)
        {
            return record;
        }
    }
}
