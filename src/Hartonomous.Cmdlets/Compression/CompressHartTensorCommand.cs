using System.Management.Automation;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Compresses tensors of stored models to low-rank factors. A tensor that misses its bound, or would not become smaller, is left alone and says
/// so. With -WhatIf everything is computed and nothing stored.
/// </summary>
[Cmdlet(VerbsData.Compress, "HartTensor", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(HartCompression))]
public sealed class CompressHartTensorCommand : StoredModelCmdlet
{
    /// <summary>The models. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The names of stored models; wildcards are permitted.")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Model { get; set; } = [];

    /// <summary>Only tensors whose names match one of these. Wildcards are permitted.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Name { get; set; }

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
    /// the impact that is asked about; -Confirm:$false answers.
    /// </summary>
    [Parameter]
    public SwitchParameter DropOriginal { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
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

        foreach (StoredModel model in FindModels(connection, Model))
        {
            string target = $"model {model.Name} in {connection}";
            bool isTrial = !ShouldProcess(target, DropOriginal ? "Compress tensors and drop the originals" : "Compress tensors");
            if (isTrial && !IsWhatIf)
            {
                continue;
            }

            if (DropOriginal && !isTrial && !IsConfirmed && !ShouldContinue(
                $"The originals of what is compressed leave {target}. Its files can then no longer be given back bit for bit.", "Drop originals"))
            {
                continue;
            }

            TryWork("Compressing tensors", model.Name, context => Compress(connection, model, against, isTrial, context));
        }
    }

    /// <summary>Whether -Confirm:$false, or -Confirm and the answer to it, has settled it.</summary>
    private bool IsConfirmed => MyInvocation.BoundParameters.ContainsKey("Confirm");

    private void Compress(HartStoreConnection connection, StoredModel model, StoredModel? against, bool isTrial, WorkContext context)
    {
        using StoreLease lease = Acquire(connection);
        List<StoredTensor> tensors = [.. lease.Store.ListTensors(model.ModelId)];
        NameSelection selection = new(Name, [.. tensors.Select(tensor => tensor.Info.Name)]);
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
        new ModelCompressor(lease.Store).Compress(
            request, result => context.Output(Convert.Compression(result, model.Tenant, isTrial, connection.Path)), context.Progress, context.Token);
    }
}
