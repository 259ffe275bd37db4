using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart tenants add</c>.</summary>
internal sealed class TenantsAddVerb : Verb
{
    private readonly Argument<string> _name = TenantOptions.Name();
    private readonly TenantOptions _options = new();

    public TenantsAddVerb()
        : base("add", "Add a tenant; the store is made where there is none.")
    {
        Arguments.Add(_name);
        _options.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart tenants add research --max-atoms 1000000 --max-bytes 2000000000000"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        using IModelStore store = invocation.OpenOrCreateStore();
        string name = invocation.Arguments.GetRequiredValue(_name);
        TenantWriter.Write(invocation, [store.Tenants.Add(name, _options.Apply(invocation.Arguments, new TenantSettings()))]);
        return ExitCodes.Done;
    }
}
