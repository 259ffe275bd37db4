using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart tenants</c>: the tenants of the store. By itself it lists them.</summary>
internal sealed class TenantsVerb : Verb
{
    public TenantsVerb()
        : base("tenants", "List the tenants of the store; add, change and remove them.")
    {
        Subcommands.Add(new TenantsListVerb());
        Subcommands.Add(new TenantsAddVerb());
        Subcommands.Add(new TenantsSetVerb());
        Subcommands.Add(new TenantsRemoveVerb());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["hart tenants", "hart tenants add research --max-bytes 2000000000000", "hart tenants set research --max-bytes none", "hart tenants remove research"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        using IModelStore store = invocation.OpenStore();
        TenantWriter.Write(invocation, store.Tenants.List());
        return ExitCodes.Done;
    }
}
