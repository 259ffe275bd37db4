using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart tenants remove</c>.</summary>
internal sealed class TenantsRemoveVerb : Verb
{
    private readonly Argument<string> _name = TenantOptions.Name();
    private readonly Option<bool> _force = new("--force") { Description = "Remove the tenant's models and unfinished jobs with it." };

    public TenantsRemoveVerb()
        : base("remove", "Remove a tenant. One that has models or unfinished jobs is left alone without --force.")
    {
        Arguments.Add(_name);
        Options.Add(_force);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart tenants remove research", "hart tenants remove research --force"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        string name = invocation.Arguments.GetRequiredValue(_name);
        using IModelStore store = invocation.OpenStore();
        TenantRemoval removal = store.Tenants.Remove(name, invocation.Arguments.GetValue(_force));
        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("removed", name);
                json.WriteNumber("models", removal.Models);
                json.WriteNumber("releasedAtoms", removal.ReleasedAtoms);
                json.WriteNumber("releasedBytes", removal.ReleasedBytes);
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }

        TextTable table = new("Removed", ">Models", ">Released");
        table.Add(name, HumanText.Count(removal.Models), HumanText.Size(removal.ReleasedBytes));
        table.WriteTo(invocation.Console);
        return ExitCodes.Done;
    }
}
