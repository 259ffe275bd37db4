using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>
/// Gives the checkpoints of jobs up, and with them what they hold in the store: the jobs wait, and their next run begins anew, with the
/// source as it is then.
/// </summary>
[Cmdlet(VerbsCommon.Reset, "HartIngestionJob", SupportsShouldProcess = true)]
[OutputType(typeof(HartIngestionJob))]
public sealed class ResetHartIngestionJobCommand : NamedJobCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        foreach (long jobId in JobId)
        {
            if (ShouldProcess($"job {jobId} in {connection}", "Reset"))
            {
                TryWork("Resetting a job", jobId, context =>
                {
                    using StoreLease lease = Acquire(connection);
                    HartIngestionJob job = Convert.Job(lease.Store.Jobs.Reset(jobId), connection.Path);
                    context.Information($"Reset job {jobId}, the import of {job.Model}.");
                    context.Output(job);
                });
            }
        }
    }
}
