using System.Management.Automation;
using Hartonomous.Core.Atoms.Import;

namespace Hartonomous.Commands;

/// <summary>
/// Does the jobs of the queue of a store on a server, one after the other, until it is stopped with Ctrl+C. Any number of workers on any number
/// of hosts share a queue; a job whose worker died goes on with another, from its last checkpoint.
/// </summary>
[Cmdlet(VerbsLifecycle.Start, "HartIngestionWorker", SupportsShouldProcess = true)]
[OutputType(typeof(HartImportResult))]
public sealed class StartHartIngestionWorkerCommand : TenantScopedCmdlet
{
    /// <summary>Whether it ends when the queue is empty, instead of waiting for more.</summary>
    [Parameter]
    public SwitchParameter UntilEmpty { get; set; }

    /// <summary>Jobs after which it ends.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxJobs { get; set; } = int.MaxValue;

    /// <summary>Seconds after which an empty queue is asked again.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int PollSeconds { get; set; } = 5;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        WorkerOptions options = new() { UntilEmpty = UntilEmpty, MaxJobs = MaxJobs, Poll = TimeSpan.FromSeconds(PollSeconds) };
        if (!ShouldProcess(connection.ToString(), "Work on the queue"))
        {
            return;
        }

        Work("Working on jobs", connection.Path, context =>
        {
            using StoreLease lease = Acquire(connection);
            new IngestionWorker(lease.Store).Run(
                options,
                job =>
                {
                    if (job.Result is { } result)
                    {
                        context.Output(Convert.Import(result, lease.Store.Jobs.Find(job.JobId)!.Tenant, connection.Path));
                    }
                    else if (ErrorRecords.TryMake(job.Error!, job.JobId) is { } record)
                    {
                        context.Error(record);
                    }
                },
                context.Progress,
                context.Token);
        });
    }
}
