using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart decode</c>: the values of a model as float32.</summary>
internal sealed class DecodeVerb : Verb
{
    private readonly ModelChoice _model = new();
    private readonly TensorFilter _filter = new();
    private readonly Option<ComplexPart> _complex = ComplexOption.Create();

    private readonly Option<ValueRange?> _range = new("--range")
    {
        Description = "Only these values of each tensor, counted row-major: from a up to, not including, b; negative ones count from the end.",
        HelpName = "a:b",
        CustomParser = ParseRange,
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The file to write: .safetensors for any number of tensors, .npy for one.",
        HelpName = "PATH",
        Required = true,
    };

    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a file that is there." };

    public DecodeVerb()
        : base("decode", "Write the values of a model's tensors as float32, whatever they are stored as.")
    {
        Arguments.Add(_model.Source);
        Options.Add(_model.Model);
        Options.Add(_filter.Option);
        Options.Add(_range);
        Options.Add(_complex);
        Options.Add(_output);
        Options.Add(_overwrite);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart decode model.gguf --output model-f32.safetensors",
        "hart decode model.gguf --tensor output.weight --output output.npy",
        "hart decode tiny-q8 --tensor '*attn*' --range :1024 --output heads.safetensors",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        string output = Paths.Check(arguments.GetRequiredValue(_output));
        if (ValueExporter.KindOf(output) is null)
        {
            throw new UsageException("--output takes a file that ends in .safetensors or .npy");
        }

        ValueExportOptions options = new()
        {
            Range = arguments.GetValue(_range),
            Part = arguments.GetValue(_complex),
            Overwrite = arguments.GetValue(_overwrite),
        };
        using OpenModel model = _model.Open(invocation, cancellation);
        IReadOnlyList<TensorInfo> tensors = _filter.Require(arguments, model.Content);
        ValueExportResult result = invocation.WithProgress(
            progress => new ValueExporter(model.Content).Export(tensors, output, options, progress, cancellation));
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => WriteJson(json, result));
            return ExitCodes.Done;
        }

        TextTable table = TextTable.OfProperties();
        table.Add("File", result.Path);
        table.Add("Tensors", HumanText.Count(result.Tensors.Count));
        table.Add("Values", HumanText.Count(result.Tensors.Sum(tensor => tensor.Shape.ElementCount)));
        table.Add("Size", HumanText.Size(result.SizeBytes));
        table.WriteTo(invocation.Console);
        return ExitCodes.Done;
    }

    private static ValueRange? ParseRange(ArgumentResult result)
    {
        if (ValueRange.TryParse(result.Tokens[0].Value, out ValueRange range))
        {
            return range;
        }

        result.AddError("--range takes two whole numbers with a colon between them, each of which may be left out: 0:10, :10, -10:");
        return null;
    }

    private static void WriteJson(Utf8JsonWriter json, ValueExportResult result)
    {
        json.WriteStartObject();
        json.WriteString("model", result.Model);
        json.WriteString("path", result.Path);
        json.WriteString("format", result.Kind == ValueFileKind.Npy ? "NPY" : "SafeTensors");
        json.WriteStartArray("tensors");
        foreach ((string name, TensorDtype dtype, TensorShape shape) in result.Tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("dtype", dtype.ToString());
            TensorWriter.WriteShape(json, shape);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("sizeBytes", result.SizeBytes);
        json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        json.WriteEndObject();
    }
}
