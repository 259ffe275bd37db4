using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Whose models a handle shows.</summary>
/// <param name="TenantId">Key of the tenant; null for all.</param>
/// <param name="Name">Its name, or <see cref="TenantNames.All"/>.</param>
internal sealed record TenantScope(long? TenantId, string Name)
{
    /// <summary>All tenants.</summary>
    public static TenantScope All { get; } = new(null, TenantNames.All);

    /// <summary>The scope of a tenant's name.</summary>
    /// <exception cref="StoreException">There is no such tenant (<c>TENANT_NOT_FOUND</c>).</exception>
    public static TenantScope Find(SqliteConnection connection, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == TenantNames.All)
        {
            return All;
        }

        (long id, string? found) = connection.QuerySingleOrDefault<(long, string?)>("SELECT TenantId, Name FROM Tenants WHERE Name = @name", new { name });
        return found is null ? throw NotFound(name) : new TenantScope(id, found);
    }

    /// <summary>The error of a tenant that is not there.</summary>
    public static StoreException NotFound(string name) => new(StoreErrorCodes.TenantNotFound, name, "there is no tenant of this name");

    /// <summary>The key of the one tenant that something is done for.</summary>
    /// <exception cref="StoreException">The scope is all tenants (<c>TENANT_REQUIRED</c>).</exception>
    public long Required => TenantId
        ?? throw new StoreException(StoreErrorCodes.TenantRequired, Name, "this is done for one tenant, and the store was opened for all");
}
