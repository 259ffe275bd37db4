using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart schema</c>: what a database on a server has of the store's schema; makes it and brings it up to date.</summary>
internal sealed class SchemaVerb : Verb
{
    private readonly Option<bool> _update = new("--update") { Description = "Make the schema, or bring it up to date." };

    private readonly Option<bool> _security = new("--row-level-security")
    {
        Description = "With --update: let the server itself keep tenants from seeing each other's rows.",
    };

    public SchemaVerb()
        : base("schema", "Show what a database has of the store's schema (--sql), and bring it up to date.")
    {
        Options.Add(_update);
        Options.Add(_security);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["hart schema --sql 'Server=sql01;Database=hart;Integrated Security=true'", "hart schema --update", "hart schema --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        SqlServerOptions server = invocation.Server()
            ?? throw new UsageException($"a store in a folder brings its schema up to date by itself; name a server with --sql or {GlobalOptions.SqlVariable}");
        bool withSecurity = arguments.GetValue(_security);
        if (withSecurity && !arguments.GetValue(_update))
        {
            throw new UsageException("--row-level-security needs --update");
        }

        SqlServerSchema schema = new(server);
        IReadOnlyList<SchemaScript> scripts = arguments.GetValue(_update)
            ? schema.Update(withSecurity, script => invocation.Note($"{script.State.ToString().ToLowerInvariant()} {script.Name}"))
            : schema.GetStatus();
        bool isUpToDate = SqlServerSchema.IsUpToDate(scripts);
        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("server", server.Server);
                json.WriteString("database", server.Database);
                json.WriteBoolean("ok", isUpToDate);
                json.WriteStartArray("scripts");
                foreach (SchemaScript script in scripts)
                {
                    json.WriteStartObject();
                    json.WriteString("name", script.Name);
                    json.WriteString("kind", script.Kind.ToString());
                    json.WriteString("state", script.State.ToString());
                    json.WriteString("detail", script.Detail);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
        else
        {
            foreach (SchemaScript script in scripts)
            {
                string detail = script.Detail is null ? string.Empty : $"  ({script.Detail})";
                invocation.Console.Out.WriteLine(SafeText.Show($"{script.State,-12} {script.Name}{detail}"));
            }
        }

        return isUpToDate ? ExitCodes.Done : ExitCodes.Failed;
    }
}
