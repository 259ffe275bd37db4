using System.Management.Automation;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Removes tenants. One that has models or unfinished jobs is left alone, unless they are to go with it.</summary>
[Cmdlet(VerbsCommon.Remove, "HartTenant", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(void))]
public sealed class RemoveHartTenantCommand : StoreCmdlet
{
    /// <summary>The tenants.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The names of tenants; Get-HartTenant lists them.")]
    [Alias("Tenant")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantNameCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Whether the tenants' models and unfinished jobs go with them.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection.For(HartStoreConnection.DefaultTenant);
        foreach (string name in Name)
        {
            if (ShouldProcess($"tenant {name} in {connection}", Force ? "Remove with all its models" : "Remove"))
            {
                TryWork("Removing a tenant", name, context =>
                {
                    using StoreLease lease = Acquire(connection);
                    TenantRemoval removal = lease.Store.Tenants.Remove(name, Force);
                    context.Information($"Removed {name} and {removal.Models} models: {HartText.Size(removal.ReleasedBytes)} can be given back.");
                });
            }
        }
    }
}
