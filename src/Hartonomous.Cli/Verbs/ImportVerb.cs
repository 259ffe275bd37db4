using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Models;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart import</c>: model files into the store.</summary>
internal sealed class ImportVerb : Verb
{
    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Model files, shards, shard indexes or folders. Shards of one model are imported together.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _name = new("--name")
    {
        Description = "Name of the model in the store; for one model only. Default: the name of its file or folder.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _replace = new("--replace") { Description = "Replace a different model of the same name." };

    private readonly Option<bool> _recurse = new("--recurse") { Description = "Search the folders below a folder, too." };

    private readonly Option<bool> _inPlace = new("--in-place")
    {
        Description = "Refer to the tensors where they lie instead of copying them; the files have to stay as they are.",
    };

    private readonly Option<int> _chunk = new("--chunk-mib")
    {
        Description = "MiB of new payload after which the job commits, so that an interrupted import goes on from there.",
        HelpName = "MIB",
        DefaultValueFactory = _ => (int)(new ImportOptions().CommitBytes >> 20),
    };

    private readonly Option<Granularity> _granularity = new("--granularity")
    {
        Description = "Into what tensors are cut: block (of 1 MiB), tensor, row, value. Finer cuts find more equal parts, and cost more.",
        HelpName = "CUT",
        DefaultValueFactory = _ => Granularity.Block,
    };

    private readonly TensorFilter _filter = new();

    public ImportVerb()
        : base("import", "Import models into the store, which is made where there is none. What is stored already is not stored again.")
    {
        Arguments.Add(_paths);
        Options.Add(_name);
        Options.Add(_replace);
        Options.Add(_filter.Option);
        Options.Add(_recurse);
        Options.Add(_inPlace);
        _chunk.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int chunk) || chunk is < 1 or > 65_536))
            {
                result.AddError("--chunk-mib takes a whole number from 1 to 65536");
            }
        });
        Options.Add(_chunk);
        Options.Add(_granularity);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart import model.gguf",
        "hart import base.safetensors fine-tuned.safetensors --store /srv/weights",
        "hart import /models --recurse --json",
        "hart import biases.safetensors --granularity value",
        "hart import model.gguf --tensor '*attn*' --name attention-only",
        "hart import /models/llama.gguf --in-place",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        ImportOptions options = new()
        {
            Name = arguments.GetValue(_name),
            Replace = arguments.GetValue(_replace),
            Granularity = arguments.GetValue(_granularity),
            InPlace = arguments.GetValue(_inPlace),
            CommitBytes = (long)arguments.GetValue(_chunk) << 20,
        };
        using ImportRun run = new(invocation, _filter, options, cancellation);
        FailureList failures = run.ImportAll(arguments.GetRequiredValue(_paths), arguments.GetValue(_recurse));
        if (invocation.IsJson)
        {
            invocation.WriteJson(json =>
            {
                json.WriteStartObject();
                ImportWriter.WriteProperty(json, run.Imported);
                failures.WriteJson(json);
                json.WriteEndObject();
            });
        }
        else if (run.Imported.Count > 0)
        {
            ImportWriter.WriteText(invocation.Console, run.Imported, run.Statistics());
        }

        return failures.ExitCode;
    }
}
