using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart tenants set</c>.</summary>
internal sealed class TenantsSetVerb : Verb
{
    private readonly Argument<string> _name = TenantOptions.Name();
    private readonly TenantOptions _options = new();

    public TenantsSetVerb()
        : base("set", "Change the quotas and the description of a tenant; what is not named stays.")
    {
        Arguments.Add(_name);
        _options.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["hart tenants set research --max-bytes 3000000000000", "hart tenants set research --max-atoms none"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        using IModelStore store = invocation.OpenStore();
        string name = invocation.Arguments.GetRequiredValue(_name);
        StoredTenant tenant = store.Tenants.Find(name)
            ?? throw new StoreException(StoreErrorCodes.TenantNotFound, name, "there is no tenant of this name");
        TenantSettings settings = _options.Apply(
            invocation.Arguments, new TenantSettings(tenant.MaxAtoms, tenant.MaxBytes, tenant.Description));
        TenantWriter.Write(invocation, [store.Tenants.Set(name, settings)]);
        return ExitCodes.Done;
    }
}
