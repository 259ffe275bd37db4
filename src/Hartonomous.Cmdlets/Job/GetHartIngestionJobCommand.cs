using System.Management.Automation;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Lists ingestion jobs, the latest first. Repeated, it shows how far a job of another process is.</summary>
[Cmdlet(VerbsCommon.Get, "HartIngestionJob")]
[OutputType(typeof(HartIngestionJob))]
public sealed class GetHartIngestionJobCommand : TenantScopedCmdlet
{
    /// <summary>Only these jobs.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobIdCompleter))]
    public long[]? JobId { get; set; }

    /// <summary>Only jobs in one of these states.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HartJobStatus[]? Status { get; set; }

    /// <summary>Only jobs of models whose names match one of these. Wildcards are permitted.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[]? Model { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        IReadOnlyList<IngestionJob> jobs = [];
        Work("Reading jobs", connection.Path, _ =>
        {
            using StoreLease lease = Acquire(connection);
            jobs = lease.Store.Jobs.List();
        });
        foreach (long missing in (JobId ?? []).Where(id => jobs.All(job => job.JobId != id)))
        {
            string message = $"{StoreErrorCodes.JobNotFound}: job {missing}: there is no such job in the store {connection}.";
            WriteError(ErrorRecords.Make(new HartException(StoreErrorCodes.JobNotFound, $"job {missing}", message), missing));
        }

        NameSelection models = new(Model, [.. jobs.Select(job => job.Model)]);
        foreach (HartIngestionJob job in jobs
            .Where(job => JobId is null || JobId.Contains(job.JobId))
            .Where(job => models.Contains(job.Model))
            .Select(job => Convert.Job(job, connection.Path))
            .Where(job => Status is null || Status.Contains(job.Status)))
        {
            WriteObject(job);
        }
    }
}
