using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Search;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart lineage</c>: the stored models that a model shares or resembles most.</summary>
internal sealed class LineageVerb : Verb
{
    private readonly Option<string> _model = ModelOption.One();
    private readonly Option<int?> _top = Numbers.Whole("--top", "How many models at most. Default: 5.", 1, 1000);
    private readonly Option<bool> _unrelated = new("--unrelated") { Description = "List models that turn out to be unrelated too." };
    private readonly Option<bool> _layers = new("--layers") { Description = "Show the evidence tensor by tensor; a JSON document always has it." };
    private readonly SpaceOptions _space = new();

    public LineageVerb()
        : base("lineage", "Show which stored models a model descends from, or shares its weights with.")
    {
        Options.Add(_model);
        Options.Add(_top);
        Options.Add(_unrelated);
        Options.Add(_layers);
        _space.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["hart lineage --model llama-ft", "hart lineage --model merged --layers", "hart lineage --model llama-q4 --json | jq .relatives[0].verdict"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        using IModelStore store = invocation.OpenStore();
        StoredModel model = Invocation.FindModel(store, arguments.GetRequiredValue(_model));
        LineageOptions options = new()
        {
            Top = arguments.GetValue(_top) ?? 5,
            WithUnrelated = arguments.GetValue(_unrelated),
            Space = _space.Resolve(arguments, store),
        };
        LineageResult result = invocation.WithProgress(progress => ModelLineage.Find(store, model, options, progress, cancellation));
        if (result.Pending > 0)
        {
            invocation.Warn($"{HumanText.Plural(result.Pending, "content")} of other models have no key yet; 'hart spatialize' makes them");
        }

        if (invocation.IsJson)
        {
            invocation.WriteJson(json => LineageWriter.WriteJson(json, result));
        }
        else
        {
            LineageWriter.WriteText(invocation, result, arguments.GetValue(_layers));
        }

        return ExitCodes.Done;
    }
}
