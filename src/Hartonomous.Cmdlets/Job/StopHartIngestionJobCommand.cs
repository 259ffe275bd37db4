using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>
/// Asks the processes that work on jobs to end them, which they do within seconds, as after Ctrl+C; the jobs can be resumed. A job whose
/// process is dead is cancelled at once; one that has ended is left as it is.
/// </summary>
[Cmdlet(VerbsLifecycle.Stop, "HartIngestionJob", SupportsShouldProcess = true)]
[OutputType(typeof(HartIngestionJob))]
public sealed class StopHartIngestionJobCommand : NamedJobCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        foreach (long jobId in JobId)
        {
            if (ShouldProcess($"job {jobId} in {connection}", "Stop"))
            {
                TryWork("Stopping a job", jobId, context =>
                {
                    using StoreLease lease = Acquire(connection);
                    HartIngestionJob job = Convert.Job(lease.Store.Jobs.Stop(jobId), connection.Path);
                    context.Information($"Asked job {jobId} to stop, the import of {job.Model}.");
                    context.Output(job);
                });
            }
        }
    }
}
