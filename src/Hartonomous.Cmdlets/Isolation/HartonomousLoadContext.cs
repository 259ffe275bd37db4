using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Hartonomous.Commands.Isolation;

/// <summary>Holds the core and its dependencies. What the dependencies folder lacks comes from the runtime, as everywhere else.</summary>
internal sealed class HartonomousLoadContext(string folder) : AssemblyLoadContext("Hartonomous", isCollectible: false)
{
    /// <summary>Native libraries the module cannot do without; a missing one is explained rather than passed over.</summary>
    private static readonly string[] RequiredNatives = ["e_sqlite3"];

    private readonly DependencyFolder _dependencies = new(folder, PlatformNames.Current);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        _dependencies.FindAssembly(assemblyName.Name!) is { } path ? LoadFromAssemblyPath(path) : null;

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        IReadOnlyList<string> candidates = _dependencies.NativeCandidates(
            unmanagedDllName, Environment.GetEnvironmentVariable(DependencyFolder.NativePathVariable));
        foreach (string candidate in candidates)
        {
            // A file that is there may still be of another C library (musl, glibc): the next one is tried.
            if (File.Exists(candidate) && NativeLibrary.TryLoad(candidate, out nint handle))
            {
                return handle;
            }
        }

        if (!RequiredNatives.Contains(unmanagedDllName))
        {
            return nint.Zero;
        }

        return NativeLibrary.TryLoad(unmanagedDllName, out nint fromSystem)
            ? fromSystem
            : throw new DllNotFoundException(DependencyFolder.Explain(unmanagedDllName, candidates));
    }
}
