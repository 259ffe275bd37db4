using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;

namespace Hartonomous.Commands;

/// <summary>
/// The stores that this process has open: each once, however many cmdlets and runspaces use it, and no longer than they do.
/// </summary>
internal static class StorePool
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Entry> Entries = [];

    /// <summary>Whether a folder holds a store.</summary>
    public static bool Exists(string path) => EmbeddedStore.Exists(path);

    /// <summary>Opens a store, or joins those who have it open.</summary>
    /// <param name="path">Full path of the folder.</param>
    /// <param name="tenant">The tenant whose models the lease shows.</param>
    /// <param name="create">Whether it is made where there is none.</param>
    /// <exception cref="StoreException">There is none, or it cannot be opened.</exception>
    public static StoreLease Acquire(string path, string tenant, bool create)
    {
        Entry entry;
        lock (Gate)
        {
            if (!Entries.TryGetValue(path, out entry!))
            {
                Entries.Add(path, entry = new Entry());
            }

            entry.Users++;
        }

        try
        {
            // Opening may wait for another process: those who want other stores do not wait with it.
            lock (entry.Opening)
            {
                entry.Store ??= create ? EmbeddedStore.OpenOrCreate(path, TenantNames.All) : EmbeddedStore.Open(path, TenantNames.All);
            }

            return new StoreLease(entry.Store.ForTenant(tenant), () => Release(path, entry));
        }
        catch
        {
            Release(path, entry);
            throw;
        }
    }

    private static void Release(string path, Entry entry)
    {
        lock (Gate)
        {
            if (--entry.Users > 0)
            {
                return;
            }

            Entries.Remove(path);
        }

        entry.Store?.Dispose();
    }

    private sealed class Entry
    {
        public Lock Opening { get; } = new();

        public int Users { get; set; }

        public EmbeddedStore? Store { get; set; }
    }
}
