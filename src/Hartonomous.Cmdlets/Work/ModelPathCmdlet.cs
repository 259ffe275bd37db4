using System.Management.Automation;
using Hartonomous.Core.Formats;

namespace Hartonomous.Commands;

/// <summary>Base of the cmdlets that look into model files.</summary>
public abstract class ModelPathCmdlet : HartCmdlet
{
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

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

    /// <summary>Whether the folders below a folder are searched as well.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        bool isLiteral = ParameterSetName == LiteralPathSet;
        foreach (string path in ModelPaths.Resolve(this, isLiteral ? LiteralPath : Path, isLiteral))
        {
            List<ModelLocation> locations = [];
            if (!TryWork(Activity, path, _ => locations.AddRange(ModelReader.Locate(path, Recurse))))
            {
                continue;
            }

            // A model that is reached through several of its shards is one model.
            foreach (ModelLocation location in locations.Where(location => _seen.Add(location.DisplayPath)))
            {
                TryWork(Activity, location.DisplayPath, context =>
                {
                    using ModelSource source = ModelReader.Open(location, cancellation: context.Token);
                    Process(source, context);
                });
            }
        }
    }

    /// <summary>What is being done, for the display of progress.</summary>
    private protected abstract string Activity { get; }

    /// <summary>Handles one model, off the pipeline thread.</summary>
    private protected abstract void Process(ModelSource source, WorkContext context);
}
