using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart copy</c>: a model from one store to another.</summary>
internal sealed class CopyVerb : Verb
{
    private readonly Argument<string> _model = new("MODEL") { Description = "The model's name." };

    private readonly Option<string?> _to = new("--to") { Description = "The folder of the other store; it is made where there is none.", HelpName = "DIR" };

    private readonly Option<string?> _toSql = new("--to-sql")
    {
        Description = "The other store on a server, by its connection string.",
        HelpName = "CONNECTION",
    };

    private readonly Option<string?> _toTenant = new("--to-tenant") { Description = "The tenant in the other store. Default: as --tenant.", HelpName = "NAME" };

    private readonly Option<string?> _as = new("--as") { Description = "The name in the other store. Default: the same.", HelpName = "NAME" };

    private readonly Option<bool> _replace = new("--replace") { Description = "Replace a different model of the same name." };

    public CopyVerb()
        : base("copy", "Copy a model to another store. What that has already is not written again.")
    {
        Arguments.Add(_model);
        Options.Add(_to);
        Options.Add(_toSql);
        Options.Add(_toTenant);
        Options.Add(_as);
        Options.Add(_replace);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["hart copy llama --to /backup/store", "hart copy llama --store /models/store --to-sql \"$OTHER_SQL\" --as llama-2024"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        string? folder = arguments.GetValue(_to);
        string? server = arguments.GetValue(_toSql);
        if (folder is null == server is null)
        {
            throw new UsageException("name the other store with --to or --to-sql");
        }

        string model = arguments.GetValue(_model)!;
        string tenant = arguments.GetValue(_toTenant) ?? invocation.Tenant;
        using IModelStore from = invocation.OpenStore();
        using IModelStore to = server is not null
            ? SqlServerStore.Open(SqlServerOptions.Parse(server), tenant)
            : EmbeddedStore.OpenOrCreate(folder!, tenant);
        ImportResult result = invocation.WithProgress(progress => new ModelCopier(from, to).Copy(
            model, arguments.GetValue(_as) ?? model, arguments.GetValue(_replace), Path.GetTempPath(), progress, cancellation));
        List<(ModelFormat Format, ImportResult Result)> copied = [(to.FindModel(result.Model)!.Format, result)];
        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                ImportWriter.WriteProperty(json, copied);
                json.WriteEndObject();
            });
        }
        else
        {
            ImportWriter.WriteText(invocation.Console, copied, to.GetStatistics());
        }

        return ExitCodes.Done;
    }
}
