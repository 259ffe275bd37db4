using System.Management.Automation;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Puts imports into the queue of a store on a server, for <c>Start-HartIngestionWorker</c> on any host to do. The paths have to be ones that
/// the workers' hosts know too.
/// </summary>
[Cmdlet(VerbsCommon.New, "HartIngestionJob", SupportsShouldProcess = true)]
[OutputType(typeof(HartIngestionJob))]
public sealed class NewHartIngestionJobCommand : TenantScopedCmdlet
{
    /// <summary>A model file or folder.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "A model file or folder.")]
    [Alias("PSPath", "FullName", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Name of the model in the store, for one model. Without it, that of its file or folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Into what tensors are cut.</summary>
    [Parameter]
    public HartGranularity Granularity { get; set; } = HartGranularity.Block;

    /// <summary>Whether a different model of the same name is replaced.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        Granularity granularity = Enum.Parse<Granularity>(Granularity.ToString());
        string? name = Name;
        bool replaces = Force;
        foreach (string path in Path.Select(path => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)))
        {
            if (!ShouldProcess($"{path} into {connection}", "Queue"))
            {
                continue;
            }

            TryWork("Queueing an import", path, context =>
            {
                using StoreLease lease = Acquire(connection);
                IJobQueue queue = lease.Store as IJobQueue ?? throw new StoreException(
                    StoreErrorCodes.QueueUnsupported, lease.Store.DisplayName, "a store in a folder has no queue; workers need one on a server");
                IReadOnlyList<ModelLocation> locations = ModelReader.Locate(path);
                if (name is not null && locations.Count != 1)
                {
                    throw new HartException(HartErrorCodes.NameForSeveral, path, $"{HartErrorCodes.NameForSeveral}: {path} holds {locations.Count} models.");
                }

                foreach (ModelLocation location in locations)
                {
                    context.Output(Convert.Job(
                        queue.Enqueue(name ?? location.Name, location.DisplayPath, ImportOptions.DefaultBlockBytes, granularity, replaces), connection.Path));
                }
            });
        }
    }
}
