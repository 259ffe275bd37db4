using System.Management.Automation;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Compresses tensors of stored models to low-rank factors. A tensor that misses its bound, or would not become smaller, is left alone and says
/// so. With -WhatIf everything is computed and nothing stored.
/// </summary>
// The default set is that of tensors: of another, PowerShell would bind a tensor's model by its name first, and that would mean all of the model.
[Cmdlet(VerbsData.Compress, "HartTensor", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = TensorSet)]
[OutputType(typeof(HartCompression))]
public sealed class CompressHartTensorCommand : StoredModelCmdlet
{
    private const string ModelSet = "Model";
    private const string TensorSet = "Tensor";

    private readonly List<(HartStoreConnection Connection, HartTensor Tensor)> _tensors = [];

    /// <summary>The models. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ModelSet,
        HelpMessage = "The names of stored models; wildcards are permitted.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Model { get; set; } = [];

    /// <summary>Only tensors whose names match one of these. Wildcards are permitted.</summary>
    [Parameter(Position = 1, ParameterSetName = ModelSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>A tensor of a stored model. Those of a model that come through the pipeline are gathered, and compressed together.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = TensorSet, HelpMessage = "A tensor that Get-HartTensor found.")]
    [ValidateNotNull]
    public HartTensor? Tensor { get; set; }

    /// <summary>Rank of the factors, 64 by default; with a bound, the most it may be.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? Rank { get; set; }

    /// <summary>Relative Frobenius error that may not be exceeded; the smallest rank that meets it is taken.</summary>
    [Parameter]
    [ValidateRange(double.Epsilon, 0.9999999999999999)]
    public double? MaxError { get; set; }

    /// <summary>Share of the sum of squares that has to be kept; the smallest rank that does is taken.</summary>
    [Parameter]
    [ValidateRange(double.Epsilon, 0.9999999999999999)]
    public double? MinEnergy { get; set; }

    /// <summary>Tensors of fewer values are left alone.</summary>
    [Parameter]
    [ValidateRange(0, long.MaxValue)]
    public long MinElements { get; set; } = CompressionOptions.DefaultMinElements;

    /// <summary>How the factors are stored.</summary>
    [Parameter]
    public HartFactorType FactorType { get; set; } = HartFactorType.F32;

    /// <summary>A stored model: the difference to its tensors of the same names is compressed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string? Against { get; set; }

    /// <summary>
    /// Whether the models keep only the factors of what is compressed. They can then no longer be given back bit for bit. Asks first, whatever
    /// the impact that is asked about; -Force or -Confirm:$false answers.
    /// </summary>
    [Parameter]
    public SwitchParameter DropOriginal { get; set; }

    /// <summary>Whether originals are dropped without a question.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == TensorSet)
        {
            _tensors.Add((CurrentConnection, Tensor!));
            return;
        }

        Compress(CurrentConnection, Model, Name);
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (IGrouping<(string, string, string Model), (HartStoreConnection Connection, HartTensor Tensor)> model in
            _tensors.GroupBy(entry => (entry.Connection.Path, entry.Connection.Tenant, entry.Tensor.Model)))
        {
            Compress(model.First().Connection, [model.Key.Model], [.. model.Select(entry => entry.Tensor.Name)]);
        }
    }

    private void Compress(HartStoreConnection connection, string[] models, string[]? names)
    {
        StoredModel? against = null;
        if (Against is not null)
        {
            Work("Reading a store", connection.Path, _ =>
            {
                using StoreLease lease = Acquire(connection);
                against = lease.Store.FindModel(Against)
                    ?? throw new StoreException(StoreErrorCodes.ModelNotFound, Against, "no model of this name is stored");
            });
        }

        foreach (StoredModel model in FindModels(connection, models))
        {
            string target = $"model {model.Name} in {connection}";
            bool isTrial = !ShouldProcess(target, DropOriginal ? "Compress tensors and drop the originals" : "Compress tensors");
            if (isTrial && !IsWhatIf)
            {
                continue;
            }

            if (DropOriginal && !isTrial && !Force && !IsConfirmed && !ShouldContinue(
                $"The originals of what is compressed leave {target}. Its files can then no longer be given back bit for bit.", "Drop originals"))
            {
                continue;
            }

            TryWork("Compressing tensors", model.Name, context => Compress(connection, model, names, against, isTrial, context));
        }
    }

    /// <summary>Whether -Confirm:$false, or -Confirm and the answer to it, has settled it.</summary>
    private bool IsConfirmed => MyInvocation.BoundParameters.ContainsKey("Confirm");

    private void Compress(HartStoreConnection connection, StoredModel model, string[]? names, StoredModel? against, bool isTrial, WorkContext context)
    {
        using StoreLease lease = Acquire(connection);
        List<StoredTensor> tensors = [.. lease.Store.ListTensors(model.ModelId)];
        NameSelection selection = new(names, [.. tensors.Select(tensor => tensor.Info.Name)]);
        if (selection.Missing.Count > 0)
        {
            throw new StoreException(StoreErrorCodes.TensorNotFound, selection.Missing[0], $"no tensor of this name is in {model.Name}");
        }

        CompressionOptions options = new()
        {
            Rank = Rank,
            MaxError = MaxError,
            MinEnergy = MinEnergy,
            MinElements = MinElements,
            FactorType = Enum.Parse<TensorDtype>(FactorType.ToString()),
        };
        CompressionRequest request = new(model, [.. tensors.Where(tensor => selection.Contains(tensor.Info.Name))], options)
        {
            Against = against,
            DropOriginals = DropOriginal,
            IsTrial = isTrial,
        };
        int compressed = 0;
        new ModelCompressor(lease.Store).Compress(
            request,
            result =>
            {
                HartCompression compression = Convert.Compression(result, model.Tenant, isTrial, connection.Path);
                compressed += compression.Status == HartCompressionStatus.Compressed ? 1 : 0;
                context.Verbose($"{model.Name}: {compression}.");
                context.Output(compression);
            },
            context.Progress,
            context.Token);
        context.Information(isTrial
            ? $"{compressed} of {request.Tensors.Count} tensors of {model.Name} would be compressed."
            : $"Compressed {compressed} of {request.Tensors.Count} tensors of {model.Name}.");
    }
}
