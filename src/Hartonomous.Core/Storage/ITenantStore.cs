namespace Hartonomous.Core.Storage;

/// <summary>The tenants of a store, for its admin: all of them, whichever tenant the store was opened for.</summary>
public interface ITenantStore
{
    /// <summary>The tenants, ordered by name.</summary>
    IReadOnlyList<StoredTenant> List();

    /// <summary>The tenant of a name, or null.</summary>
    StoredTenant? Find(string name);

    /// <summary>Makes a tenant.</summary>
    /// <exception cref="StoreException">
    /// The name is none (<c>TENANT_NAME</c>), or there is a tenant of the name (<c>TENANT_EXISTS</c>).
    /// </exception>
    StoredTenant Add(string name, TenantSettings settings);

    /// <summary>Changes a tenant's settings to the given ones. A quota below what it uses stops imports, and removes nothing.</summary>
    /// <exception cref="StoreException">There is no such tenant (<c>TENANT_NOT_FOUND</c>).</exception>
    StoredTenant Set(string name, TenantSettings settings);

    /// <summary>Removes a tenant and its jobs.</summary>
    /// <param name="name">The tenant.</param>
    /// <param name="withModels">Whether its models and unfinished jobs go with it; without, a tenant that has any is left alone.</param>
    /// <exception cref="StoreException">
    /// There is no such tenant (<c>TENANT_NOT_FOUND</c>), it has models or unfinished jobs (<c>TENANT_NOT_EMPTY</c>), it is the default one
    /// (<c>TENANT_DEFAULT</c>), or a process imports for it (<c>JOB_RUNNING</c>).
    /// </exception>
    TenantRemoval Remove(string name, bool withModels);
}
