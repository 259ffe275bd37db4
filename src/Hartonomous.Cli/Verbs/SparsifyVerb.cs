using System.CommandLine;
using System.Text.Json;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Pruning.Sparsity;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart sparsify</c>: a sparse model of a stored one.</summary>
internal sealed class SparsifyVerb : Verb
{
    private readonly Option<string> _model = ModelOption.One();
    private readonly TensorFilter _filter = new();
    private readonly Option<LayerType[]> _layers = LayerOption.Create();
    private readonly ScoreOptions _scoring = new();

    private readonly Option<string> _name = new("--name") { Description = "Name of the new model.", HelpName = "NAME", Required = true };

    private readonly Option<string> _pattern = new("--pattern")
    {
        Description = "Which weights become zero: 50% of them, 2:4 or 4:8 (at most so many of each group stay), rows:25%. Default: 2:4.",
        HelpName = "PATTERN",
        DefaultValueFactory = _ => "2:4",
    };

    private readonly Option<bool> _byRow = new("--by-row") { Description = "Take a share of each row, not of the tensor. Wanda does it anyway." };
    private readonly Option<bool> _byTensor = new("--by-tensor") { Description = "Take a share of the tensor, also with Wanda." };

    private readonly Option<TensorDtype?> _dtype = new("--dtype")
    {
        Description = "What tensors are written as that are none of F32, F16, BF16 and F64: F32, F16, BF16, Q8_0 or Q4_0. Without, they are refused.",
        HelpName = "TYPE",
        CustomParser = result =>
        {
            if (Enum.TryParse(result.Tokens[0].Value, ignoreCase: true, out TensorDtype dtype) && Core.Quantization.TensorEncoder.CanEncode(dtype))
            {
                return dtype;
            }

            result.AddError("--dtype takes F32, F16, BF16, Q8_0 or Q4_0");
            return null;
        },
    };

    private readonly Option<bool> _replace = new("--replace") { Description = "Replace a different model of that name." };

    public SparsifyVerb()
        : base("sparsify", "Make a sparse model of a stored one; the source stays.")
    {
        Options.Add(_model);
        Options.Add(_name);
        Options.Add(_pattern);
        _scoring.AddTo(this);
        Options.Add(_filter.Option);
        Options.Add(_layers);
        Options.Add(_byRow);
        Options.Add(_byTensor);
        Options.Add(_dtype);
        Options.Add(_replace);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart sparsify --model tiny-base --name tiny-2-4",
        "hart sparsify --model llama --name llama-wanda --pattern 50% --score wanda --imatrix llama.imatrix",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        (bool byRow, bool byTensor) = (arguments.GetValue(_byRow), arguments.GetValue(_byTensor));
        if (byRow && byTensor)
        {
            throw new UsageException("--by-row and --by-tensor contradict each other");
        }

        SparseOptions options = new()
        {
            Name = arguments.GetRequiredValue(_name),
            Pattern = SparsityPattern.Parse(arguments.GetValue(_pattern)!),
            Replace = arguments.GetValue(_replace),
            ByRow = byRow ? true : byTensor ? false : null,
            Names = _filter.IsGiven(arguments) ? name => _filter.Apply(arguments, [name], text => text).Count > 0 : null,
            LayerTypes = LayerOption.ValueOf(arguments, _layers),
            Reencode = arguments.GetValue(_dtype),
        };
        using IModelStore store = invocation.OpenStore();
        using ScoreInputs inputs = _scoring.Open(arguments, cancellation);
        SparseResult result = invocation.WithProgress(
            progress => new ModelSparsifier(store).Make(arguments.GetRequiredValue(_model), inputs, options, progress, cancellation));
        if (invocation.IsJson)
        {
            invocation.WriteJson(json => WriteJson(json, result, options, inputs.Method));
            return ExitCodes.Done;
        }

        TextTable table = new("Tensor", "Type", ">Values", ">Zeros", ">Share");
        foreach (SparseTensor tensor in result.Tensors)
        {
            table.Add(
                tensor.Name,
                tensor.FromDtype == tensor.Dtype ? tensor.Dtype.ToString() : $"{tensor.FromDtype} to {tensor.Dtype}",
                HumanText.Count(tensor.Count),
                HumanText.Count(tensor.Zeros),
                HumanText.Share(tensor.Zeros, tensor.Count));
        }

        table.WriteTo(invocation.Console);
        string masked = $"{HumanText.Plural(result.Tensors.Count, "tensor")} of {result.Import.Tensors} masked";
        invocation.Console.Out.WriteLine(SafeText.Show($"{result.Import.Model}: {masked}, {HumanText.Size(result.Import.NewBytes)} new."));
        return ExitCodes.Done;
    }

    private static void WriteJson(Utf8JsonWriter json, SparseResult result, SparseOptions options, ScoreMethod method)
    {
        json.WriteStartObject();
        json.WriteString("source", result.Source);
        json.WriteString("model", result.Import.Model);
        json.WriteNumber("modelId", result.Import.ModelId);
        json.WriteString("status", result.Import.Status.ToString().ToLowerInvariant());
        json.WriteString("pattern", options.Pattern.ToString());
        json.WriteString("score", method.ToString());
        json.WriteNumber("sizeBytes", result.Import.SizeBytes);
        json.WriteNumber("newBytes", result.Import.NewBytes);
        json.WriteStartArray("tensors");
        foreach (SparseTensor tensor in result.Tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("fromDtype", tensor.FromDtype.ToString());
            json.WriteString("dtype", tensor.Dtype.ToString());
            json.WriteNumber("count", tensor.Count);
            json.WriteNumber("masked", tensor.Masked);
            json.WriteNumber("zeros", tensor.Zeros);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
