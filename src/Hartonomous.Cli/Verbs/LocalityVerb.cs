using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Locality;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart locality</c>: how well spatial keys and curves keep the neighbourhoods of sketches.</summary>
internal sealed class LocalityVerb : Verb
{
    private readonly ModelWildcards _models = new("--model", "Only contents of these models; * and ? stand for other characters.");
    private readonly Option<LayerType[]> _layers = new("--layer-type") { Description = "Only contents of these kinds of layers.", HelpName = "TYPE" };
    private readonly Option<CurveKind> _curve = new("--curve")
    {
        Description = "Hilbert3D (the default), Hilbert2D, Morton3D or Morton2D.",
        HelpName = "CURVE",
    };
    private readonly Option<int?> _sample = Numbers.Whole("--sample", $"Sketches to draw at most. Default: {LocalityMeasure.DefaultSample}.", 3, 20_000);

    private readonly Option<int?> _neighbors = Numbers.Whole(
        "--neighbors", $"Neighbours of each. Default: {LocalityMeasure.DefaultNeighbors}.", 1, 20_000);

    private readonly Option<SpatialLevel> _level = new("--level") { Description = "Tensor, Row, Head or Block. Default: Tensor.", HelpName = "LEVEL" };
    private readonly SpaceOptions _space = new();

    public LocalityVerb()
        : base("locality", "Measure how well spatial keys keep the neighbourhoods of sketches.")
    {
        Options.Add(_models.Option);
        Options.Add(_layers);
        Options.Add(_curve);
        Options.Add(_sample);
        Options.Add(_neighbors);
        Options.Add(_level);
        _space.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["hart locality", "hart locality --curve Morton3D --sample 3000 --json"];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        using IModelStore store = invocation.OpenStore();
        LocalityOptions options = new()
        {
            Curve = arguments.GetValue(_curve),
            Sample = arguments.GetValue(_sample) ?? LocalityMeasure.DefaultSample,
            Neighbors = arguments.GetValue(_neighbors) ?? LocalityMeasure.DefaultNeighbors,
            ModelIds = _models.Find(arguments, store)?.Select(model => model.ModelId).ToList(),
            LayerTypes = arguments.GetValue(_layers) is { Length: > 0 } layers ? layers : null,
            Level = arguments.GetValue(_level),
            Space = _space.Resolve(arguments, store),
        };
        (SpatialSpace space, LocalityReport report) = LocalityRun.Measure(store, options, cancellation);
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => WriteJson(json, options.Curve, space, report));
            return ExitCodes.Done;
        }

        TextTable table = TextTable.OfProperties();
        table.Add("Sketches in the sample", HumanText.Count(report.Sketches));
        table.Add("Pairs", HumanText.Count(report.Pairs));
        table.Add("Sketch and point distance, Pearson", Figure(report.SpacePearson));
        table.Add("Sketch and point distance, Spearman", Figure(report.SpaceSpearman));
        table.Add("Point and key distance, Pearson", Figure(report.KeyPearson));
        table.Add("Point and key distance, Spearman", Figure(report.KeySpearman));
        table.Add("Sketch and key distance, Spearman", Figure(report.SketchKeySpearman));
        table.Add($"Of {report.Neighbors} nearest sketches, among the nearest points", Figure(report.SpacePreservation));
        table.Add($"Of {report.Neighbors} nearest points, among the nearest keys", Figure(report.KeyPreservation));
        table.Add("By chance", Figure(report.ChancePreservation));
        table.Add("Curve", options.Curve.ToString());
        table.Add("Space", space.ToString());
        table.WriteTo(invocation.Console);
        return ExitCodes.Done;
    }

    private static string Figure(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static void WriteJson(Utf8JsonWriter json, CurveKind curve, SpatialSpace space, LocalityReport report)
    {
        json.WriteStartObject();
        json.WriteString("curve", curve.ToString());
        SpaceOptions.WriteJson(json, space);
        json.WriteNumber("sketches", report.Sketches);
        json.WriteNumber("pairs", report.Pairs);
        Write("spacePearson", report.SpacePearson);
        Write("spaceSpearman", report.SpaceSpearman);
        Write("keyPearson", report.KeyPearson);
        Write("keySpearman", report.KeySpearman);
        Write("sketchKeySpearman", report.SketchKeySpearman);
        json.WriteNumber("neighbors", report.Neighbors);
        Write("spacePreservation", report.SpacePreservation);
        Write("keyPreservation", report.KeyPreservation);
        Write("chancePreservation", report.ChancePreservation);
        json.WriteEndObject();

        // A correlation of what does not vary is no number.
        void Write(string name, double value)
        {
            if (double.IsFinite(value))
            {
                json.WriteNumber(name, value);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
