using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace Hartonomous.Commands;

/// <summary>
/// The store that cmdlets use without <c>-Connection</c>. Each runspace has its own, so that scripts which run side by side in one process
/// do not change each other's.
/// </summary>
internal static class DefaultConnection
{
    /// <summary>Names the folder of the default store.</summary>
    public const string StoreVariable = "HARTONOMOUS_STORE";

    private static readonly ConditionalWeakTable<Runspace, HartStoreConnection> Connected = [];

    /// <summary>
    /// What this runspace is connected to, else the store that the environment names, else <c>.hartonomous</c> in the user's folder.
    /// </summary>
    public static HartStoreConnection Current =>
        Runspace.DefaultRunspace is { } runspace && Connected.TryGetValue(runspace, out HartStoreConnection? connection)
            ? connection
            : Environment.GetEnvironmentVariable(StoreVariable) is { Length: > 0 } named
                ? new HartStoreConnection(named, "Environment")
                : new HartStoreConnection(
                    Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".hartonomous"), "Default");

    /// <summary>Connects this runspace.</summary>
    public static void Set(HartStoreConnection connection) => Connected.AddOrUpdate(Runspace.DefaultRunspace, connection);

    /// <summary>Ends the connection of this runspace.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Clear() => Connected.Remove(Runspace.DefaultRunspace);
}
