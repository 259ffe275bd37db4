using System.Management.Automation;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;

namespace Hartonomous.Commands;

/// <summary>
/// Imports models into a store: files, sets of shards, folders, or only the tensors that <c>Get-HartTensorInfo</c> found. A model that
/// cannot be imported is a non-terminating error; the others are imported. Interrupted, an import goes on where it was when it is repeated.
/// </summary>
[Cmdlet(VerbsData.Import, "HartModel", SupportsShouldProcess = true, DefaultParameterSetName = PathSet)]
[OutputType(typeof(HartImportResult))]
public sealed class ImportHartModelCommand : TenantScopedCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string InputObjectSet = "InputObject";
    private const string LocateActivity = "Finding models";
    private const string ImportActivity = "Importing a model";

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<HartTensorInfo> _selected = [];
    private string? _named;

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

    /// <summary>
    /// Tensors of model files. Those of one model are stored together, as a model of the same format that holds just them.
    /// </summary>
    [Parameter(
        Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet,
        HelpMessage = "Tensors that Get-HartTensorInfo found.")]
    [ValidateNotNull]
    public HartTensorInfo[] InputObject { get; set; } = [];

    /// <summary>
    /// Name of the stored model, for the import of one. Without it, models have the names of their files or folders, and selections of
    /// tensors <c>name-selection</c>.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateLength(1, 400)]
    public string? Name { get; set; }

    /// <summary>Whether the folders below a folder are searched as well.</summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter Recurse { get; set; }

    /// <summary>
    /// Whether tensors are referred to where they lie instead of being copied. The files have to stay as they are; every read holds what they
    /// give against its hash. <c>Update-HartModel -Absorb</c> copies them later.
    /// </summary>
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    public SwitchParameter InPlace { get; set; }

    /// <summary>Whether a different model that is stored under the name is replaced.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Into what tensors are cut. Finer cuts find more equal parts, and cost more; tensors that they do not suit are cut into blocks, with a
    /// warning.
    /// </summary>
    [Parameter]
    public HartGranularity Granularity { get; set; }

    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == InputObjectSet)
        {
            _selected.AddRange(InputObject);
            return;
        }

        bool isLiteral = ParameterSetName == LiteralPathSet;
        foreach (string path in ModelPaths.Resolve(this, isLiteral ? LiteralPath : Path, isLiteral))
        {
            List<ModelLocation> locations = [];
            TryWork(LocateActivity, path, _ => locations.AddRange(ModelReader.Locate(path, Recurse)));

            // A model that is reached through several of its shards is one model.
            foreach (ModelLocation location in locations.Where(location => _seen.Add(location.DisplayPath)))
            {
                Import(location, Name ?? location.Name, (source, _) => source);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (IGrouping<string, HartTensorInfo> model in _selected.GroupBy(tensor => tensor.ModelPath, StringComparer.Ordinal))
        {
            TensorSelection selection = new([.. model]);
            List<ModelLocation> locations = [];
            if (!TryWork(LocateActivity, model.Key, _ => locations.AddRange(ModelReader.Locate(model.Key))))
            {
                continue;
            }

            if (locations.Find(location => location.DisplayPath == model.Key) is { } location)
            {
                Import(location, Name ?? $"{location.Name}-selection", selection.Open);
            }
            else
            {
                string message = $"{HartErrorCodes.SelectionStale}: {model.Key}: there is another model by now.";
                WriteError(ErrorRecords.Make(new HartException(HartErrorCodes.SelectionStale, model.Key, message), model.Key));
            }
        }
    }

    /// <summary>Imports a model, or a part of it, unless the user says no.</summary>
    /// <param name="location">The model.</param>
    /// <param name="name">Name it gets.</param>
    /// <param name="select">Makes of the opened model the one to import.</param>
    private void Import(ModelLocation location, string name, Func<ModelSource, WorkContext, ModelSource> select)
    {
        string path = location.DisplayPath;
        if (Name is not null && _named is not null)
        {
            string message = $"{HartErrorCodes.NameForSeveral}: {path}: the name {name} is already that of {_named}.";
            WriteError(ErrorRecords.Make(new HartException(HartErrorCodes.NameForSeveral, path, message), path));
            return;
        }

        _named = path;
        HartStoreConnection connection = CurrentConnection;
        ImportOptions options = new() { Name = name, Replace = Force, InPlace = InPlace, Granularity = Convert.Granularity(Granularity) };
        if (ShouldProcess($"{path} as model {name} into {connection}", "Import"))
        {
            TryWork(ImportActivity, path, context =>
            {
                using ModelSource source = ModelReader.Open(location, cancellation: context.Token);
                context.Verbose(
                    $"{path} is {source.Metadata.Format} with {source.Metadata.Tensors.Count} tensors, {HartText.Size(source.SizeBytes)}.");
                using ModelSource selected = select(source, context);
                using StoreLease lease = Acquire(connection, create: true);
                ImportResult result = new ModelImporter(lease.Store).Import(
                    selected, options with { SelectedFrom = ReferenceEquals(selected, source) ? null : source }, context.Progress, context.Token);
                ImportStory.Tell(result, context);
                context.Output(Convert.Import(result, connection.Tenant, connection.Path));
            });
        }
    }
}
