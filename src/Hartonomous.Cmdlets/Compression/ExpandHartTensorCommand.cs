using System.Management.Automation;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Puts compressed tensors together from their factors: into a SafeTensors file, or as a stored model. What comes from factors is marked so in
/// the metadata of the file.
/// </summary>
[Cmdlet(VerbsData.Expand, "HartTensor", SupportsShouldProcess = true, DefaultParameterSetName = FileSet)]
[OutputType(typeof(HartExpandedTensor))]
public sealed class ExpandHartTensorCommand : StoredModelCmdlet
{
    private const string FileSet = "File";
    private const string ModelSet = "Model";

    /// <summary>The model.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The name of a stored model that has compressed tensors.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public string Model { get; set; } = string.Empty;

    /// <summary>Only tensors whose names match one of these. Wildcards are permitted.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TensorNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>The SafeTensors file to write. May be a script block that names one for each model of the pipeline.</summary>
    [Parameter(
        Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = FileSet,
        HelpMessage = "The SafeTensors file to write.")]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = string.Empty;

    /// <summary>Whether a file that is there is overwritten.</summary>
    [Parameter(ParameterSetName = FileSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Name of a model to store instead, with these tensors put together from their factors and everything else as it is.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ModelSet, HelpMessage = "The name of the model to store.")]
    [ValidateNotNullOrEmpty]
    public string NewModel { get; set; } = string.Empty;

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
        string? path = ParameterSetName == FileSet ? FullPath(OutFile) : null;
        foreach (StoredModel model in FindModels(connection, [Model]))
        {
            if (ShouldProcess($"tensors of {model.Name} to {path ?? NewModel}", "Expand"))
            {
                TryWork("Expanding tensors", model.Name, context => Expand(connection, model, path, context));
            }
        }
    }

    private void Expand(HartStoreConnection connection, StoredModel model, string? path, WorkContext context)
    {
        using StoreLease lease = Acquire(connection);
        string[]? names = null;
        if (Name is not null)
        {
            string[] all = [.. lease.Store.Factors.List(model.ModelId).Select(factors => factors.Tensor)];
            NameSelection selection = new(Name, all);
            names = [.. all.Where(selection.Contains), .. selection.Missing];
        }

        ModelExpander expander = new(lease.Store);
        ExpandResult result = path is null
            ? expander.Store(model, names, NewModel, context.Token)
            : expander.Export(model, names, path, Force, context.Progress, context.Token);
        context.Information($"Put {result.Tensors.Count} tensors of {model.Name} together: {path ?? NewModel}.");
        foreach (StoredFactors tensor in result.Tensors)
        {
            context.Output(Convert.Expanded(result, tensor, connection.Path));
        }
    }
}
