using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Comparison;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart compare</c>: what two models have in common, tensor by tensor.</summary>
internal sealed class CompareVerb : Verb
{
    private readonly Argument<string> _first = new("A")
    {
        Description = "The model to compare with: the name of a stored one, or the path of a file, a shard, an index or a folder.",
    };

    private readonly Argument<string> _second = new("B") { Description = "The other model, named in the same way." };

    private readonly TensorFilter _filter = new();

    private readonly Option<bool> _all = new("--all") { Description = "Also list the tensors that are identical. JSON always has them." };

    public CompareVerb()
        : base("compare", "Compare two models, stored or on disk, in any formats: which tensors are the same, and how far the others are apart.")
    {
        Arguments.Add(_first);
        Arguments.Add(_second);
        Options.Add(_filter.Option);
        Options.Add(_all);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart compare tiny-base tiny-finetune",
        "hart compare llama.gguf ./llama-hf --tensor '*attn*'",
        "hart compare base ./base-q4.gguf --json | jq '.tensors[] | select(.relativeError > 0.1) | .name'",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        using IModelStore? store = EmbeddedStore.Exists(invocation.StorePath) ? invocation.OpenStore() : null;
        using ModelSource first = ComparedModels.Open(store, Paths.Check(arguments.GetRequiredValue(_first)), cancellation);
        using ModelSource second = ComparedModels.Open(store, Paths.Check(arguments.GetRequiredValue(_second)), cancellation);
        Func<string, bool>? filter = _filter.IsGiven(arguments) ? name => _filter.Apply(arguments, [name], text => text).Count > 0 : null;
        ModelComparison comparison = invocation.WithProgress(progress => ModelComparer.Compare(first, second, filter, progress, cancellation));
        if (filter is not null && comparison.Tensors.Count == 0)
        {
            throw new StoreException(
                StoreErrorCodes.TensorNotFound, $"{first.Location.Name} and {second.Location.Name}", "no tensor has a name that fits --tensor");
        }

        if (invocation.IsJson)
        {
            invocation.WriteJson(json => ComparisonWriter.WriteJson(json, comparison));
        }
        else
        {
            ComparisonWriter.WriteText(invocation.Console, comparison, arguments.GetValue(_all));
        }

        return ExitCodes.Done;
    }
}
