using System.Management.Automation;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Makes a tenant. The store is made where there is none.</summary>
[Cmdlet(VerbsCommon.New, "HartTenant", SupportsShouldProcess = true)]
[OutputType(typeof(HartTenant))]
public sealed class NewHartTenantCommand : StoreCmdlet
{
    /// <summary>Name of the tenant: letters, digits, dots, underscores and hyphens.</summary>
    [Parameter(
        Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true,
        HelpMessage = "The name of the new tenant.")]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>Most distinct contents that the tenant's models may refer to. Without it there is no such quota.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, long.MaxValue)]
    public long? MaxAtoms { get; set; }

    /// <summary>Most bytes of those contents (<c>2TB</c>). Without it there is no such quota.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, long.MaxValue)]
    public long? MaxBytes { get; set; }

    /// <summary>What the tenant is, for people.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Description { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection.For(HartStoreConnection.DefaultTenant);
        string name = Name;
        TenantSettings settings = new(MaxAtoms, MaxBytes, Description);
        if (ShouldProcess($"tenant {name} in {connection}", "Create"))
        {
            TryWork("Making a tenant", name, context =>
            {
                using StoreLease lease = Acquire(connection, create: true);
                HartTenant tenant = Convert.Tenant(lease.Store.Tenants.Add(name, settings), connection.Path);
                context.Information($"Made the tenant {name}.");
                context.Output(tenant);
            });
        }
    }
}
