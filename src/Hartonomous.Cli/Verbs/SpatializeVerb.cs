using System.CommandLine;
using System.Text.Json;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Search;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart spatialize</c>: gives sketches and spatial keys to the contents that lack them.</summary>
internal sealed class SpatializeVerb : Verb
{
    private readonly ModelWildcards _models = new("--model", "Only contents of these models; * and ? stand for other characters.");
    private readonly SpaceOptions _space = new();
    private readonly Option<int?> _headRows = Numbers.Whole("--head-rows", "Rows of an attention head, where the model's metadata do not say.", 1);

    private readonly Option<SpatialLevel[]> _levels = new("--level")
    {
        Description = "What gets sketches: Tensor, Row, Head, Block. May be given several times. Default: Tensor.",
        HelpName = "LEVEL",
    };

    public SpatializeVerb()
        : base("spatialize", "Give sketches and spatial keys to the stored contents that lack them.")
    {
        Options.Add(_models.Option);
        Options.Add(_levels);
        Options.Add(_headRows);
        _space.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["hart spatialize", "hart spatialize --model 'llama-*' --level Row --level Head", "hart spatialize --projection Landmark --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        using IModelStore store = invocation.OpenStore();
        SpatializeOptions options = new()
        {
            Space = _space.ToMake(arguments),
            Levels = arguments.GetValue(_levels) is { Length: > 0 } levels ? levels : [SpatialLevel.Tensor],
            ModelIds = _models.Find(arguments, store)?.Select(model => model.ModelId).ToList(),
            HeadRows = arguments.GetValue(_headRows),
        };
        SpatializeResult result = invocation.WithProgress(progress => Spatializer.Run(store, options, progress, cancellation));
        FailureList failures = new(invocation);
        foreach (SpatializeFailure failure in result.Failures)
        {
            failures.Add($"{failure.Tensor.Model}: {failure.Tensor.Name}", failure.Error);
        }

        if (invocation.IsJson)
        {
            invocation.WriteJson(json => WriteJson(json, result, failures));
            return failures.ExitCode;
        }

        TextTable table = TextTable.OfProperties();
        table.Add("Contents read", $"{HumanText.Count(result.Contents)} ({HumanText.Size(result.Bytes)})");
        table.Add("New sketches", HumanText.Count(result.Sketches));
        table.Add("Projected anew", HumanText.Count(result.Projected));
        table.Add("Zero sketches", HumanText.Count(result.Zero));
        table.Add("NaN and Inf values", HumanText.Count(result.NonFinite));
        table.Add("Space", result.Space.ToString());
        table.WriteTo(invocation.Console);
        if (result.WithoutHeads > 0)
        {
            invocation.Note($"{HumanText.Plural(result.WithoutHeads, "content")} without heads, or of models that do not say how many rows a head has");
        }

        return failures.ExitCode;
    }

    private static void WriteJson(Utf8JsonWriter json, SpatializeResult result, FailureList failures)
    {
        json.WriteStartObject();
        SpaceOptions.WriteJson(json, result.Space);
        json.WriteNumber("contents", result.Contents);
        json.WriteNumber("sizeBytes", result.Bytes);
        json.WriteNumber("sketches", result.Sketches);
        json.WriteNumber("projected", result.Projected);
        json.WriteNumber("zero", result.Zero);
        json.WriteNumber("nonFinite", result.NonFinite);
        json.WriteNumber("withoutHeads", result.WithoutHeads);
        failures.WriteJson(json);
        json.WriteEndObject();
    }
}
