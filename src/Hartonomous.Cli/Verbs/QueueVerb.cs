using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart queue</c>: imports for workers to do.</summary>
internal sealed class QueueVerb : Verb
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Model files or folders, under paths that the workers' hosts know too.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _name = new("--name")
    {
        Description = "Name of the model in the store; for one model only. Default: the name of its file or folder.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _replace = new("--replace") { Description = "Replace a different model of the same name." };

    private readonly Option<Granularity> _granularity = new("--granularity")
    {
        Description = "Into what tensors are cut: block (of 1 MiB), tensor, row, value.",
        HelpName = "CUT",
        DefaultValueFactory = _ => Granularity.Block,
    };

    public QueueVerb()
        : base("queue", "Put imports into the queue of a store on a server, for 'hart worker' on any host to do.")
    {
        Arguments.Add(_paths);
        Options.Add(_name);
        Options.Add(_replace);
        Options.Add(_granularity);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart queue /models/*.gguf", "hart queue /models/llama --name llama --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        string? name = arguments.GetValue(_name);
        using IModelStore store = invocation.OpenStore();
        IJobQueue queue = store as IJobQueue ?? throw new StoreException(
            StoreErrorCodes.QueueUnsupported, store.DisplayName, "a store in a folder has no queue; name one on a server with --sql");
        List<ModelLocation> locations = [.. (arguments.GetValue(_paths) ?? []).SelectMany(path => ModelReader.Locate(path))];
        if (name is not null && locations.Count != 1)
        {
            throw new UsageException("--name is for one model");
        }

        List<IngestionJob> jobs = [.. locations.Select(location => queue.Enqueue(
            name ?? location.Name,
            location.DisplayPath,
            ImportOptions.DefaultBlockBytes,
            arguments.GetValue(_granularity),
            arguments.GetValue(_replace)))];
        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                JobWriter.WriteProperty(json, jobs);
                json.WriteEndObject();
            });
        }
        else
        {
            JobWriter.WriteText(invocation.Console, jobs);
        }

        return ExitCodes.Done;
    }
}
