using System.Management.Automation;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Removes stored models. Contents that other models use stay; the space of the rest comes back when the store is optimized.
/// </summary>
[Cmdlet(VerbsCommon.Remove, "HartModel", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(HartRemovedModel))]
public sealed class RemoveHartModelCommand : StoredModelCmdlet
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

    /// <summary>Whether what was removed is written to the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        foreach (StoredModel model in FindModels(connection, Name))
        {
            if (ShouldProcess($"model {model.Name} in {connection}", "Remove"))
            {
                TryWork("Removing a model", model.Name, context => Remove(connection, model, context));
            }
        }
    }

    private void Remove(HartStoreConnection connection, StoredModel model, WorkContext context)
    {
        using StoreLease lease = Acquire(connection);
        RemovalSummary summary = lease.Store.RemoveModel(model.ModelId);
        context.Information($"Removed {model.Name}: {HartText.Size(summary.ReleasedBytes)} can be given back.");
        if (PassThru)
        {
            context.Output(new HartRemovedModel
            {
                Model = model.Name,
                TensorCount = summary.Tensors,
                ReleasedAtoms = summary.ReleasedAtoms,
                ReleasedBytes = summary.ReleasedBytes,
                Store = connection.Path,
            });
        }
    }
}
