using System.Management.Automation;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Pruning.Sparsity;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Makes a sparse model of a stored one: weights of the lowest scores become zero. The source stays, and what is not masked is stored once
/// for both.
/// </summary>
[Cmdlet(VerbsData.ConvertTo, "HartSparseModel", SupportsShouldProcess = true)]
[OutputType(typeof(HartSparseModel))]
public sealed class ConvertToHartSparseModelCommand : StoredModelCmdlet
{
    private readonly Dictionary<string, string> _resolved = [];

    /// <summary>The stored model.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The name of a stored model.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string Model { get; set; } = string.Empty;

    /// <summary>Name of the new model. May be a script block that names one for each model of the pipeline.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, HelpMessage = "The name of the new model.")]
    [ValidateNotNullOrEmpty]
    public string NewName { get; set; } = string.Empty;

    /// <summary>
    /// Which weights become zero: a share of them (<c>50%</c>, <c>0.5</c>), all but so many of each group of consecutive ones along the input
    /// dimension (<c>2:4</c>, <c>4:8</c>), or a share of the rows (<c>rows:25%</c>).
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SparsityPatternCompleter))]
    public string Pattern { get; set; } = "2:4";

    /// <summary>How the weights are scored.</summary>
    [Parameter]
    public HartScoreMethod Score { get; set; }

    /// <summary>A model file with the gradients of the loss, of the same names and shapes. For Gradient, Importance and Snip.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? GradientPath { get; set; }

    /// <summary>A model file with activations, of the names of the weights they are multiplied with. For Activation and Wanda.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ActivationPath { get; set; }

    /// <summary>An importance matrix of llama-imatrix, GGUF or .dat, in the place of activations.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImatrixPath { get; set; }

    /// <summary>A model file with the weights before training, of the same names and shapes. For LotteryTicket.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InitialPath { get; set; }

    /// <summary>Only tensors whose names match one of these. Wildcards are permitted.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>
    /// Only tensors of these kinds of layers. Without this and names, matrices that are neither embeddings, norms nor the output layer.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public HartLayerType[]? LayerType { get; set; }

    /// <summary>Whether a share is taken of each row (Wanda's way) or of the tensor (all others').</summary>
    [Parameter]
    [ValidateSet("Row", "Tensor")]
    public string? CompareBy { get; set; }

    /// <summary>What tensors are written as that are none of F32, F16, BF16 and F64; without it, they are refused.</summary>
    [Parameter]
    [ValidateSet("F32", "F16", "BF16", "Q8_0", "Q4_0")]
    public string? Dtype { get; set; }

    /// <summary>Whether a different model of the new name is replaced.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        foreach (string path in new[] { GradientPath, ActivationPath, ImatrixPath, InitialPath }.OfType<string>())
        {
            _resolved[path] = FullPath(path);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        if (ShouldProcess($"model {NewName} of {Model} in {connection}", "Make sparse"))
        {
            TryWork("Making a model sparse", Model, context => Make(connection, context));
        }
    }

    private void Make(HartStoreConnection connection, WorkContext context)
    {
        using StoreLease lease = Acquire(connection);
        StoredModel model = lease.Store.FindModel(Model)
            ?? throw new StoreException(StoreErrorCodes.ModelNotFound, Model, "no model of this name is stored");
        using ScoreInputs inputs = ScoreParameters.Open(
            Score, Resolve(GradientPath), Resolve(ActivationPath), Resolve(ImatrixPath), Resolve(InitialPath), context);
        SparseOptions options = new()
        {
            Name = NewName,
            Pattern = SparsityPattern.Parse(Pattern),
            Replace = Force,
            ByRow = CompareBy is null ? null : CompareBy.Equals("Row", StringComparison.OrdinalIgnoreCase),
            Names = Name is null ? null : new NameSelection(Name, [.. lease.Store.ListTensors(model.ModelId).Select(tensor => tensor.Info.Name)]).Contains,
            LayerTypes = LayerType is null ? null : [.. LayerType.Select(type => Enum.Parse<LayerType>(type.ToString()))],
            Reencode = Dtype is null ? null : Enum.Parse<TensorDtype>(Dtype, ignoreCase: true),
        };
        SparseResult result = new ModelSparsifier(lease.Store).Make(Model, inputs, options, context.Progress, context.Token);
        long values = result.Tensors.Sum(tensor => tensor.Count);
        long zeros = result.Tensors.Sum(tensor => tensor.Zeros);
        context.Verbose($"{result.Tensors.Count} tensors of {result.Source} masked, {options.Pattern}, by {Score}.");
        context.Information(
            $"Made {result.Import.Model} of {result.Source}: {zeros} of {values} values are zero, {HartText.Size(result.Import.NewBytes)} new.");
        context.Output(new HartSparseModel
        {
            Model = result.Import.Model,
            ModelId = result.Import.ModelId,
            Source = result.Source,
            Pattern = options.Pattern.ToString(),
            Score = Score,
            Tensors = [.. result.Tensors.Select(tensor => tensor.Name)],
            ValueCount = values,
            ZeroCount = zeros,
            Sparsity = values == 0 ? 0 : (double)zeros / values,
            SizeBytes = result.Import.SizeBytes,
            NewBytes = result.Import.NewBytes,
            Store = connection.Path,
        });
    }

    private string? Resolve(string? path) => path is null ? null : _resolved[path];
}
