using System.Management.Automation;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Import;

namespace Hartonomous.Commands;

/// <summary>Copies models to another store. What that has already is not written again.</summary>
[Cmdlet(VerbsCommon.Copy, "HartModel", SupportsShouldProcess = true)]
[OutputType(typeof(HartImportResult))]
public sealed class CopyHartModelCommand : TenantScopedCmdlet
{
    /// <summary>The model's name.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The name of a stored model.")]
    [Alias("Model")]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The other store: a connection, or a store's folder.</summary>
    [Parameter(Mandatory = true, Position = 1, HelpMessage = "A connection to the other store, or its folder.")]
    [ValidateNotNull]
    [StoreConnectionTransformation]
    public HartStoreConnection? Destination { get; set; }

    /// <summary>The name in the other store, for one model. Without it, the same.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? NewName { get; set; }

    /// <summary>Whether a different model of the same name is replaced.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection from = CurrentConnection;
        HartStoreConnection to = Destination!;
        bool replaces = Force;
        foreach (string name in Name)
        {
            string newName = NewName ?? name;
            if (!ShouldProcess($"{name} from {from} to {to}", "Copy"))
            {
                continue;
            }

            TryWork("Copying a model", name, context =>
            {
                using StoreLease source = Acquire(from);
                using StoreLease target = to.Acquire(create: true);
                ImportResult result = new ModelCopier(source.Store, target.Store).Copy(
                    name, newName, replaces, System.IO.Path.GetTempPath(), context.Progress, context.Token);
                foreach (string warning in result.Warnings)
                {
                    context.Warning($"{name}: {warning}");
                }

                context.Output(Convert.Import(result, to.Tenant, to.Path));
            });
        }
    }
}
