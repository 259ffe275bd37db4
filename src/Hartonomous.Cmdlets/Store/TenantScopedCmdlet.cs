using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>Base of the cmdlets that work on the models or jobs of a tenant.</summary>
public abstract class TenantScopedCmdlet : StoreCmdlet
{
    /// <summary>
    /// The tenant whose models and jobs are meant, where it is not the connection's; <c>*</c> shows those of all. Objects that come from a
    /// store name their tenant, so that what is piped stays with it.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantNameCompleter))]
    public string? Tenant { get; set; }

    /// <inheritdoc/>
    private protected override HartStoreConnection CurrentConnection => base.CurrentConnection.For(Tenant);
}
