using System.Collections;

namespace Hartonomous.Commands;

/// <summary>Completes the names of tenants.</summary>
internal sealed class TenantNameCompleter : StoreCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Text, string ToolTip)> Candidates(string command, IDictionary bound)
    {
        // Connect-HartStore names the store by its path.
        HartStoreConnection? connection = bound["Connection"] is null && bound["Path"] is string path
            ? new HartStoreConnection(Resolve(path), "Given")
            : Store(bound, HartStoreConnection.DefaultTenant);
        if (connection is not { Exists: true })
        {
            return [];
        }

        using StoreLease lease = connection.Acquire(create: false);
        return [.. lease.Store.Tenants.List().Select(tenant => (tenant.Name, tenant.Description ?? tenant.Name))];
    }
}
