using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>Base of the cmdlets that do something to jobs that the user names.</summary>
public abstract class NamedJobCmdlet : TenantScopedCmdlet
{
    /// <summary>The jobs: their keys, or the jobs themselves from the pipeline.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The keys of jobs; Get-HartIngestionJob lists them.")]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(JobIdCompleter))]
    public long[] JobId { get; set; } = [];
}
