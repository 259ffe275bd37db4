using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart tenants list</c>.</summary>
internal sealed class TenantsListVerb() : Verb("list", "List the tenants with what they have and may have.")
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart tenants list --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        using IModelStore store = invocation.OpenStore();
        TenantWriter.Write(invocation, store.Tenants.List());
        return ExitCodes.Done;
    }
}
