using System.Management.Automation;
using Hartonomous.Core.Storage;

namespace Hartonomous.Commands;

/// <summary>Lists the tenants of a store with what they have and may have.</summary>
[Cmdlet(VerbsCommon.Get, "HartTenant")]
[OutputType(typeof(HartTenant))]
public sealed class GetHartTenantCommand : StoreCmdlet
{
    /// <summary>Only tenants whose names match one of these. Wildcards are permitted.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Tenant")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(TenantNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        HartStoreConnection connection = CurrentConnection.For(HartStoreConnection.DefaultTenant);
        IReadOnlyList<StoredTenant> all = [];
        Work("Reading tenants", connection.Path, _ =>
        {
            using StoreLease lease = Acquire(connection);
            all = lease.Store.Tenants.List();
        });
        NameSelection selection = new(Name, [.. all.Select(tenant => tenant.Name)]);
        foreach (string missing in selection.Missing)
        {
            string message = $"{StoreErrorCodes.TenantNotFound}: {missing}: no tenant of this name is in the store {connection}.";
            WriteError(ErrorRecords.Make(new HartException(StoreErrorCodes.TenantNotFound, missing, message), missing));
        }

        foreach (StoredTenant tenant in all.Where(tenant => selection.Contains(tenant.Name)))
        {
            WriteObject(Convert.Tenant(tenant, connection.Path));
        }
    }
}
