using System.Management.Automation;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>
/// Brings stored models up to what they should be. With <c>-Absorb</c>, what of them lies in files outside the store is copied into it, so
/// that the files are not needed any more.
/// </summary>
[Cmdlet(VerbsData.Update, "HartModel", SupportsShouldProcess = true)]
[OutputType(typeof(HartAbsorbedModel))]
public sealed class UpdateHartModelCommand : StoredModelCmdlet
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

    /// <summary>Whether what was imported in place is copied into the store.</summary>
    [Parameter(Mandatory = true, HelpMessage = "Copies what was imported in place into the store.")]
    public SwitchParameter Absorb { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection;
        if (!Absorb)
        {
            return;
        }

        foreach (StoredModel model in FindModels(connection, Name))
        {
            if (ShouldProcess($"model {model.Name} in {connection}", "Absorb"))
            {
                TryWork("Absorbing a model", model.Name, context => Run(connection, model, context));
            }
        }
    }

    private void Run(HartStoreConnection connection, StoredModel model, WorkContext context)
    {
        using StoreLease lease = Acquire(connection);
        AbsorbSummary summary = new ModelAbsorber(lease.Store).Absorb(model.Name, context.Progress, context.Token);
        context.Information($"Absorbed {model.Name}: {summary.Atoms} atoms, {HartText.Size(summary.Bytes)}.");
        context.Output(new HartAbsorbedModel
        {
            Model = model.Name,
            AbsorbedAtoms = summary.Atoms,
            AbsorbedBytes = summary.Bytes,
            Store = connection.Path,
        });
    }
}
