using System.Management.Automation;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Finds the stored tensors that resemble a tensor: one of the store, or one of a file that need not be stored.</summary>
[Cmdlet(VerbsCommon.Find, "HartSimilarAtom", DefaultParameterSetName = ModelSet)]
[OutputType(typeof(HartSimilarTensor))]
public sealed class FindHartSimilarAtomCommand : SpatialCmdlet
{
    private const string ModelSet = "Model";
    private const string AtomSet = "Atom";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const string InputObjectSet = "InputObject";
    private const string StoredSet = "StoredTensor";

    /// <summary>The stored model that has the tensor.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ModelSet, HelpMessage = "The name of the stored model that has the tensor.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string Model { get; set; } = string.Empty;

    /// <summary>The tensor's name.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ModelSet, HelpMessage = "The tensor's name.")]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PathSet, HelpMessage = "The tensor's name.")]
    [Parameter(Mandatory = true, ParameterSetName = LiteralPathSet, HelpMessage = "The tensor's name.")]
    [Alias("Name")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string Tensor { get; set; } = string.Empty;

    /// <summary>The tensor by its <c>TensorAtomId</c>, or by the SHA-256 of its content.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ParameterSetName = AtomSet, HelpMessage = "The tensor's TensorAtomId, or the SHA-256 of its content.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(AtomIdCompleter))]
    public string AtomId { get; set; } = string.Empty;

    /// <summary>Model files, shards, shard indexes or folders that have the tensor. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ParameterSetName = PathSet,
        HelpMessage = "Model files, shards, shard indexes or folders that have the tensor; wildcards are permitted.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <summary>Model files, shards, shard indexes or folders that have the tensor, as they are written.</summary>
    [Parameter(
        Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet,
        HelpMessage = "Model files, shards, shard indexes or folders; nothing in them is a wildcard.")]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>A tensor of a model file.</summary>
    [Parameter(
        Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet, HelpMessage = "A tensor that Get-HartTensorInfo found.")]
    [ValidateNotNull]
    public HartTensorInfo? InputObject { get; set; }

    /// <summary>A tensor of a stored model.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = StoredSet, HelpMessage = "A tensor that Get-HartTensor found.")]
    [ValidateNotNull]
    public HartTensor? StoredTensor { get; set; }

    /// <summary>How many tensors at most.</summary>
    [Parameter]
    [ValidateRange(1, 1_000_000)]
    public int Top { get; set; } = 10;

    /// <summary>Only tensors whose spatial key lies within this distance, in units of the box.</summary>
    [Parameter]
    [ValidateRange(0d, double.MaxValue)]
    public double? Radius { get; set; }

    /// <summary>Only tensors whose sketch has at least this cosine.</summary>
    [Parameter]
    [ValidateRange(-1d, 1d)]
    public double MinSimilarity { get; set; } = -1;

    /// <summary>Only tensors of these models. Wildcards are permitted.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[]? InModel { get; set; }

    /// <summary>Only tensors of these kinds of layers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HartLayerType[]? LayerType { get; set; }

    /// <summary>Only tensors of the same dimensions.</summary>
    [Parameter]
    public SwitchParameter SameShape { get; set; }

    /// <summary>Where candidates come from.</summary>
    [Parameter]
    public HartIndexStrategy Strategy { get; set; }

    /// <summary>Compare every sketch, whatever the strategy.</summary>
    [Parameter]
    public SwitchParameter Exact { get; set; }

    /// <summary>Compute the cosine of the weights of what is found, and rank by it.</summary>
    [Parameter]
    public SwitchParameter Refine { get; set; }

    /// <summary>How many sketches to compare at most.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? MaxCandidate { get; set; }

    /// <summary>What sketches stand for.</summary>
    [Parameter]
    public HartSpatialLevel Level { get; set; }

    /// <summary>At a level of parts: a row of the part that is meant.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long Row { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        List<long>? models = InModel is null ? null : [.. FindModels(connection, InModel).Select(model => model.ModelId)];
        if (models is [])
        {
            return;
        }

        switch (ParameterSetName)
        {
            case PathSet or LiteralPathSet:
                bool isLiteral = ParameterSetName == LiteralPathSet;
                foreach (string path in ModelPaths.Resolve(this, isLiteral ? LiteralPath : Path, isLiteral))
                {
                    Search(connection, models, path);
                }

                break;
            default:
                Search(connection, models, InputObject?.ModelPath);
                break;
        }
    }

    /// <summary>Searches for a tensor of the model at a path, or for a stored one where there is no path.</summary>
    private void Search(HartStoreConnection connection, IReadOnlyCollection<long>? models, string? path)
    {
        string? atom = ParameterSetName == StoredSet
            ? StoredTensor!.TensorAtomId.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : ParameterSetName == AtomSet ? AtomId : null;
        string name = InputObject?.Name ?? Tensor;
        string target = atom ?? (path is not null ? $"{path}: {name}" : $"{Model}: {name}");
        TryWork("Searching", target, context =>
        {
            using StoreLease lease = Acquire(connection);
            using ModelSource? source = path is null ? null : Open(path, context);
            SearchedTensor searched = source is not null ? SearchedTensor.InFile(ModelTensors.Of(source), name)
                : atom is not null ? SearchedTensor.InStore(lease.Store, atom)
                : SearchedTensor.InStore(lease.Store, Stored(lease.Store), name);
            Write(context, connection, SimilarTensorFinder.Find(lease.Store, searched, Options(lease.Store, models), context.Token));
        });
    }

    private static void Write(WorkContext context, HartStoreConnection connection, SimilarTensors found)
    {
        if (found.Pending > 0)
        {
            context.Warning($"{found.Pending} contents could not be found, as they have no key yet. Invoke-HartSpatialize makes them.");
        }

        if (found.Certainty == Certainty.StoppedEarly)
        {
            context.Warning("The search stopped early, others may belong into the answer. -MaxCandidate and -Exact look further.");
        }

        context.Verbose($"{found.Candidates} of {found.Keys} sketches compared, {found.Strategy}, {found.Certainty}.");
        foreach (SimilarTensor result in found.Results)
        {
            context.Output(SpatialObjects.Similar(result, found, connection.Path));
        }
    }

    private static ModelSource Open(string path, WorkContext context)
    {
        IReadOnlyList<ModelLocation> locations = ModelReader.Locate(path);
        return locations.Count == 1
            ? ModelReader.Open(locations[0], cancellation: context.Token)
            : throw new HartException(
                HartErrorCodes.NameForSeveral, path, $"{HartErrorCodes.NameForSeveral}: {path}: it holds {locations.Count} models, one is expected.");
    }

    private StoredModel Stored(IModelStore store) =>
        store.FindModel(Model) ?? throw new StoreException(StoreErrorCodes.ModelNotFound, Model, "no model of this name is stored");

    private SimilarityOptions Options(IModelStore store, IReadOnlyCollection<long>? models) => new()
    {
        Top = Top,
        Radius = Radius,
        MinSimilarity = (float)MinSimilarity,
        ModelIds = models,
        LayerTypes = LayerType is null ? null : [.. LayerType.Select(layer => Enum.Parse<LayerType>(layer.ToString()))],
        IsOfSameShape = SameShape,
        Strategy = Exact ? IndexStrategy.Exact : Enum.Parse<IndexStrategy>(Strategy.ToString()),
        MaxCandidates = MaxCandidate ?? 0,
        IsRefined = Refine,
        Level = LevelOf(Level),
        Row = Row,
        Space = ResolveSpace(store),
    };
}
