using System.Management.Automation;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Gives stored models back, bit for bit; or writes some of their tensors, all in shards, or with -DType all in another encoding, to new model
/// files. Files get their names only when all of a model are whole and have their SHA-256.
/// </summary>
[Cmdlet(VerbsData.Export, "HartModel", SupportsShouldProcess = true)]
[OutputType(typeof(HartExportedFile))]
public sealed class ExportHartModelCommand : StoredModelCmdlet
{
    /// <summary>The models. Wildcards are permitted.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The names of stored models; wildcards are permitted.")]
    [Alias("Model")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>
    /// For a model of one file, the file to write, or a folder that is there, to write it into under its own name. For any other model, the
    /// folder to write its files into. May be a script block that names a place for each model of the pipeline.
    /// </summary>
    [Parameter(
        Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The file to write, or the folder to write into.")]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = string.Empty;

    /// <summary>
    /// Only tensors whose names match one of these, as a model file of their own: GGUF of a GGUF model, SafeTensors of any other. Case counts.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Tensor { get; set; }

    /// <summary>
    /// Bytes of tensors that a file holds at most. The model is written in new files: SafeTensors shards with their index, or a split GGUF
    /// model. The destination is a folder.
    /// </summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long ShardSize { get; set; }

    /// <summary>
    /// The encoding that the weights get. F32, F16 and BF16 make a SafeTensors file, or a GGUF file where the destination ends in .gguf; Q8_0
    /// and Q4_0 make a GGUF file. Without it, the model's own files are given back.
    /// </summary>
    [Parameter]
    [ValidateSet("F32", "F16", "BF16", "Q8_0", "Q4_0")]
    public string? DType { get; set; }

    /// <summary>
    /// What becomes of pruned tensors: zeros in their place, or left out. Without it, a pruned model is refused, as its files are not those
    /// that were imported.
    /// </summary>
    [Parameter]
    public HartPrunedExport Pruned { get; set; }

    /// <summary>Whether files that are there are overwritten.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>
    /// Whether models are exported that have tensors put together from factors. Their files say so, and are not those that were imported.
    /// </summary>
    [Parameter]
    public SwitchParameter AllowReconstructed { get; set; }

    /// <summary>The most threads to compute on. Without it, as many as there are cores.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <inheritdoc/>
    private protected override int Threads => ThrottleLimit;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        string destination = FullPath(Destination);
        foreach (StoredModel model in FindModels(connection, Name))
        {
            if (ShouldProcess($"model {model.Name} to {destination}", "Export"))
            {
                TryWork("Exporting a model", model.Name, context => Export(connection, model, destination, context));
            }
        }
    }

    private PrunedExport HowPruned => Enum.Parse<PrunedExport>(Pruned.ToString());

    private void Export(HartStoreConnection connection, StoredModel model, string destination, WorkContext context)
    {
        using StoreLease lease = Acquire(connection);
        if (DType is { } dtype)
        {
            ConversionResult converted = new ModelConverter(lease.Store).Convert(
                model.Name, Enum.Parse<TensorDtype>(dtype, ignoreCase: true), destination, Force, context.Progress, context.Token);
            Report(connection, context, model.Name, converted.File, [], false);
            return;
        }

        ExportResult result = PartsWanted() is { } parts
            ? new PartExporter(lease.Store) { AllowsReconstructed = AllowReconstructed }.Export(
                model.Name, destination, parts, context.Progress, context.Token)
            : new ModelExporter(lease.Store) { Pruned = HowPruned, AllowsReconstructed = AllowReconstructed }.Export(
                model.Name, destination, Force, context.Progress, context.Token);
        if (result.Reconstructed.Count > 0)
        {
            context.Warning($"{result.Reconstructed.Count} tensors of {result.Model} come from factors: these are not the values that were imported.");
        }

        if (result.PrunedTensors.Count > 0)
        {
            string became = result.PrunedAs == PrunedExport.Omit ? "left out" : "zeros";
            context.Warning($"{result.Model} was pruned; of its tensors became {became}: {string.Join(", ", result.PrunedTensors)}");
        }

        foreach (ExportedFile file in result.Files)
        {
            Report(connection, context, result.Model, file, result.PrunedTensors, result.Reconstructed.Count > 0);
        }
    }

    private static void Report(
        HartStoreConnection connection, WorkContext context, string model, ExportedFile file, IReadOnlyList<string> pruned, bool isReconstructed)
    {
        context.Information($"Exported {model} to {file.Path}: {HartText.Size(file.SizeBytes)}, SHA-256 {file.Sha256}.");
        context.Output(new HartExportedFile
        {
            Model = model,
            Path = file.Path,
            SizeBytes = file.SizeBytes,
            Sha256 = file.Sha256.ToString(),
            PrunedTensors = [.. pruned],
            IsReconstructed = isReconstructed,
            Store = connection.Path,
        });
    }

    /// <summary>What parts are asked for; null where the model's own files are.</summary>
    private PartExportOptions? PartsWanted()
    {
        if (Tensor is null && ShardSize == 0)
        {
            return null;
        }

        WildcardPattern[]? wildcards = Tensor is null ? null : [.. Tensor.Select(text => new WildcardPattern(text))];
        return new PartExportOptions
        {
            Selects = wildcards is null ? null : name => wildcards.Any(wildcard => wildcard.IsMatch(name)),
            ShardBytes = ShardSize == 0 ? null : ShardSize,
            Pruned = HowPruned,
            Overwrite = Force,
        };
    }
}
