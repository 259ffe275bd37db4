using System.Management.Automation;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Base of the cmdlets that read the values of tensors: of model files, of stored models, or those that <c>Get-HartTensorInfo</c> and
/// <c>Get-HartTensor</c> found. Tensors that come through the pipeline are gathered, so that each model is opened once.
/// </summary>
public abstract class TensorValueCmdlet : StoredModelCmdlet
{
    private protected const string PathSet = "Path";
    private protected const string LiteralPathSet = "LiteralPath";
    private protected const string InputObjectSet = "InputObject";
    private protected const string TensorSet = "Tensor";
    private protected const string ModelSet = "Model";

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<HartTensorInfo> _inFiles = [];
    private readonly List<(HartStoreConnection Connection, HartTensor Tensor)> _stored = [];

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

    /// <summary>Tensors of model files.</summary>
    [Parameter(
        Mandatory = true, ValueFromPipeline = true, ParameterSetName = InputObjectSet, HelpMessage = "Tensors that Get-HartTensorInfo found.")]
    [ValidateNotNull]
    public HartTensorInfo[] InputObject { get; set; } = [];

    /// <summary>Tensors of stored models.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TensorSet, HelpMessage = "Tensors that Get-HartTensor found.")]
    [ValidateNotNull]
    public HartTensor[] Tensor { get; set; } = [];

    /// <summary>Stored models. Wildcards are permitted.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ModelSet, HelpMessage = "The names of stored models; wildcards are permitted.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Model { get; set; } = [];

    /// <summary>Only tensors whose names match one of these. Wildcards are permitted.</summary>
    [Parameter(Position = 1, ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Parameter(ParameterSetName = ModelSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>What complex numbers become.</summary>
    [Parameter]
    public HartComplexPart ComplexPart { get; set; }

    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case InputObjectSet:
                _inFiles.AddRange(InputObject);
                break;
            case TensorSet:
                HartStoreConnection connection = CurrentConnection;
                _stored.AddRange(Tensor.Select(tensor => (connection, tensor)));
                break;
            case ModelSet:
                ProcessStored(CurrentConnection, FindModels(CurrentConnection, Model), Named);
                break;
            default:
                bool isLiteral = ParameterSetName == LiteralPathSet;
                foreach (string path in ModelPaths.Resolve(this, isLiteral ? LiteralPath : Path, isLiteral))
                {
                    ProcessPath(path, null, (_, model, context) => Named(model, context));
                }

                break;
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (IGrouping<string, HartTensorInfo> model in _inFiles.GroupBy(tensor => tensor.ModelPath, StringComparer.Ordinal))
        {
            TensorSelection selection = new([.. model]);
            ProcessPath(model.Key, model.Key, (source, _, context) => selection.Find(source, context));
        }

        foreach (IGrouping<(string, string Model), (HartStoreConnection Connection, HartTensor Tensor)> group in
            _stored.GroupBy(entry => (entry.Connection.Path, entry.Tensor.Model)))
        {
            HartStoreConnection connection = group.First().Connection;
            ProcessStored(
                connection,
                FindModels(connection, [group.Key.Model]),
                (model, _) => SelectStored(model, [.. group.Select(entry => entry.Tensor)]));
        }
    }

    /// <summary>What is being done, for the display of progress.</summary>
    private protected abstract string Activity { get; }

    /// <summary>What complex numbers become, as the core has it; a test holds the members of both enumerations to each other.</summary>
    private protected ComplexPart Part => Enum.Parse<ComplexPart>(ComplexPart.ToString());

    /// <summary>Handles tensors of one model, off the pipeline thread.</summary>
    private protected abstract void Process(ModelTensors model, IReadOnlyList<TensorInfo> tensors, WorkContext context);

    /// <summary>Whether reading a stored tensor counts as a use of it.</summary>
    private protected virtual bool IsUse => true;

    /// <summary>Whether a model is to be handled; asked on the pipeline thread.</summary>
    private protected virtual bool Accept(string model) => true;

    /// <summary>Does something with each tensor; one that fails is a non-terminating error.</summary>
    private protected static void ForEach(
        ModelTensors model, IReadOnlyList<TensorInfo> tensors, WorkContext context, Action<TensorInfo, Action<long>> work)
    {
        long done = 0;
        long total = tensors.Sum(tensor => tensor.SizeBytes);
        foreach (TensorInfo tensor in tensors)
        {
            try
            {
                work(tensor, bytes => context.Progress.Report(new OperationProgress($"{model.Name}: {tensor.Name}", done += bytes, total)));
            }
            catch (Exception error) when (
                error is not OperationCanceledException && ErrorRecords.TryMake(error, $"{model.DisplayName}: {tensor.Name}") is { } record)
            {
                context.Error(record);
            }
        }
    }

    private IReadOnlyList<TensorInfo> Named(ModelTensors model, WorkContext context)
    {
        NameSelection selection = new(Name, [.. model.Tensors.Select(tensor => tensor.Name)]);
        foreach (string missing in selection.Missing)
        {
            string message = $"{StoreErrorCodes.TensorNotFound}: {model.DisplayName}: the model has no tensor {missing}.";
            context.Error(ErrorRecords.Make(new HartException(StoreErrorCodes.TensorNotFound, model.DisplayName, message), missing));
        }

        return [.. model.Tensors.Where(tensor => selection.Contains(tensor.Name))];
    }

    private static List<TensorInfo> SelectStored(ModelTensors model, IReadOnlyList<HartTensor> wanted)
    {
        Dictionary<(string, string, long), TensorInfo> known = [];
        foreach (TensorInfo tensor in model.Tensors)
        {
            known.TryAdd((tensor.File, tensor.Name, tensor.Offset), tensor);
        }

        return
        [
            .. wanted.Select(tensor =>
                known.TryGetValue((tensor.File, tensor.Name, tensor.Offset), out TensorInfo? found) && found.Sha256?.ToString() == tensor.Sha256
                    ? found
                    : throw new HartException(
                        HartErrorCodes.SelectionStale,
                        model.DisplayName,
                        $"{HartErrorCodes.SelectionStale}: {model.DisplayName}: the tensor {tensor.Name} is no longer what it was.")),
        ];
    }

    private void ProcessStored(
        HartStoreConnection connection, IReadOnlyList<StoredModel> models, Func<ModelTensors, WorkContext, IReadOnlyList<TensorInfo>> select)
    {
        foreach (StoredModel model in models.Where(model => Accept(model.Name)))
        {
            TryWork(Activity, model.Name, context =>
            {
                using StoreLease lease = Acquire(connection);
                ModelTensors content = ModelTensors.Of(lease.Store, model, IsUse);
                Process(content, select(content, context), context);
            });
        }
    }

    /// <summary>Handles the models at a path; with <paramref name="only"/>, the one of that path.</summary>
    private void ProcessPath(string path, string? only, Func<ModelSource, ModelTensors, WorkContext, IReadOnlyList<TensorInfo>> select)
    {
        List<ModelLocation> locations = [];
        if (!TryWork(Activity, path, _ => locations.AddRange(ModelReader.Locate(path))))
        {
            return;
        }

        // A model that is reached through several of its shards is one model.
        foreach (ModelLocation location in locations.Where(location => (only ?? location.DisplayPath) == location.DisplayPath))
        {
            if (_seen.Add(location.DisplayPath) && Accept(location.DisplayPath))
            {
                TryWork(Activity, location.DisplayPath, context =>
                {
                    using ModelSource source = ModelReader.Open(location, cancellation: context.Token);
                    ModelTensors content = ModelTensors.Of(source);
                    context.Verbose($"{location.DisplayPath}: {content.Tensors.Count} tensors.");
                    Process(content, select(source, content, context), context);
                });
            }
        }
    }
}
