using Hartonomous.Commands;
using IOPath = System.IO.Path;

namespace Hartonomous;

/// <summary>
/// Says which store to use. Holds settings only: the store is opened by the first cmdlet that needs it and closed when the last one is
/// done, so any number of runspaces may share a connection, and none has to be closed.
/// </summary>
public sealed class HartStoreConnection
{
    // The default's name stands here as well as in the core, which is not loaded for a connection's sake.
    internal const string DefaultTenant = "default";

    internal HartStoreConnection(string path, string origin, string tenant = DefaultTenant)
    {
        Tenant = tenant;
        Path = IOPath.TrimEndingDirectorySeparator(IOPath.GetFullPath(path));
        Origin = origin;
    }

    /// <summary>Full path of the store's folder.</summary>
    public string Path { get; }

    /// <summary>What kind of store it is: <c>Embedded</c>, a folder.</summary>
    public string Kind { get; } = "Embedded";

    /// <summary>
    /// Why it is this store: <c>Connected</c>, <c>Given</c> with -Connection, <c>Environment</c> variable, or <c>Default</c>.
    /// </summary>
    public string Origin { get; }

    /// <summary>The tenant whose models and jobs are meant; <c>*</c> for those of all.</summary>
    public string Tenant { get; }

    /// <summary>Whether the folder holds a store now. The first import into it makes one.</summary>
    public bool Exists => StorePool.Exists(Path);

    /// <inheritdoc/>
    public override string ToString() => Path;

    internal StoreLease Acquire(bool create) => StorePool.Acquire(Path, Tenant, create);

    internal HartStoreConnection For(string? tenant) => tenant is null || tenant == Tenant ? this : new HartStoreConnection(Path, Origin, tenant);
}
