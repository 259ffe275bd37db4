using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace Hartonomous.Commands.Isolation;

/// <summary>
/// Makes the core, and with it every dependency, load in a context of its own, so that the module never fights another one over the
/// version of a shared library. PowerShell calls this on each import and removal, in every runspace.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private const string CoreName = "Hartonomous.Core";

    private static readonly Lock Gate = new();
    private static readonly Lazy<HartonomousLoadContext> Context = new(() => new HartonomousLoadContext(DependenciesPath()));
    private static int s_imports;

    /// <inheritdoc/>
    public void OnImport()
    {
        lock (Gate)
        {
            if (s_imports++ == 0)
            {
                AssemblyLoadContext.Default.Resolving += Resolve;
            }
        }
    }

    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        lock (Gate)
        {
            if (s_imports > 0 && --s_imports == 0)
            {
                AssemblyLoadContext.Default.Resolving -= Resolve;
            }
        }
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == CoreName ? Context.Value.LoadFromAssemblyName(name) : null;

    private static string DependenciesPath() =>
        Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, "dependencies");
}
