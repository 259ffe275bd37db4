using System.Management.Automation;
using Hartonomous.Core.Atoms.Import;

namespace Hartonomous.Commands;

/// <summary>
/// Takes up jobs that were interrupted, killed, stopped or failed: opens their sources again and goes on from their checkpoints. A source that
/// is no longer as it was is a non-terminating error.
/// </summary>
[Cmdlet(VerbsLifecycle.Resume, "HartIngestionJob", SupportsShouldProcess = true)]
[OutputType(typeof(HartImportResult))]
public sealed class ResumeHartIngestionJobCommand : NamedJobCmdlet
{
    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        foreach (long jobId in JobId)
        {
            if (ShouldProcess($"job {jobId} in {connection}", "Resume"))
            {
                TryWork("Resuming a job", jobId, context =>
                {
                    using StoreLease lease = Acquire(connection);
                    ImportResult result = new JobResumer(lease.Store).Resume(jobId, context.Progress, context.Token);
                    ImportStory.Tell(result, context);
                    context.Output(Convert.Import(result, lease.Store.Jobs.Find(jobId)!.Tenant, connection.Path));
                });
            }
        }
    }
}
