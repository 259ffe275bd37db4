using System.Management.Automation;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Puts imports into the queue of a store on a server, for <c>Start-HartIngestionWorker</c> on any host to do. The paths have to be ones that
/// the workers' hosts know too.
/// </summary>
[Cmdlet(VerbsCommon.New, "HartIngestionJob", DefaultParameterSetName = PathSet, SupportsShouldProcess = true)]
[OutputType(typeof(HartIngestionJob))]
public sealed class NewHartIngestionJobCommand : TenantScopedCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>Model files, shards, shard indexes and folders. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = PathSet,
        HelpMessage = "Model files, shards, shard indexes or folders; wildcards are permitted.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Model files, shards, shard indexes and folders, as they are written.</summary>
    [Parameter(
        Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet,
        HelpMessage = "Model files, shards, shard indexes or folders; nothing in them is a wildcard.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

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
        bool isLiteral = ParameterSetName == LiteralPathSet;
        foreach (string path in ModelPaths.Resolve(this, isLiteral ? LiteralPath : Path, isLiteral))
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
