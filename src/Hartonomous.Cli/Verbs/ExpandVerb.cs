using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Verbs;

/// <summary><c>hart expand</c>: tensors put together from their factors.</summary>
internal sealed class ExpandVerb : Verb
{
    private readonly Option<string> _model = ModelOption.One();
    private readonly TensorFilter _filter = new();

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The SafeTensors file to write.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _as = new("--as")
    {
        Description = "Store a model of this name instead, with the tensors that have factors put together from them.",
        HelpName = "NAME",
    };

    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Replace a file that is there." };

    public ExpandVerb()
        : base("expand", "Put compressed tensors together from their factors: into a file, or as a stored model.")
    {
        Options.Add(_model);
        Options.Add(_filter.Option);
        Options.Add(_output);
        Options.Add(_as);
        Options.Add(_overwrite);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "hart expand --model tuned --output tuned-rebuilt.safetensors",
        "hart expand --model tuned --tensor '*mlp*' --as tuned-low-rank",
    ];

    /// <inheritdoc/>
    public override int Run(Invocation invocation, CancellationToken cancellation)
    {
        ParseResult arguments = invocation.Arguments;
        string? output = arguments.GetValue(_output);
        string? name = arguments.GetValue(_as);
        if (output is null == name is null)
        {
            throw new UsageException("expand takes either --output or --as");
        }

        using IModelStore store = invocation.OpenStore();
        StoredModel model = Invocation.FindModel(store, arguments.GetRequiredValue(_model));
        ModelExpander expander = new(store);
        string[]? tensors = null;
        if (_filter.IsGiven(arguments))
        {
            tensors = [.. _filter.Apply(arguments, store.Factors.List(model.ModelId), factors => factors.Tensor).Select(factors => factors.Tensor)];
            if (tensors.Length == 0)
            {
                throw new StoreException(StoreErrorCodes.TensorNotFound, model.Name, "no tensor that has factors has a name that fits --tensor");
            }
        }

        ExpandResult result = name is not null
            ? expander.Store(model, tensors, name, cancellation)
            : invocation.WithProgress(
                progress => expander.Export(model, tensors, Paths.Check(output!), arguments.GetValue(_overwrite), progress, cancellation));
        if (invocation.IsJson)
        {
            WriteJson(invocation, result);
            return ExitCodes.Done;
        }

        TextTable table = new("Tensor", "Dtype", ">Rank", ">Error", ">Size");
        foreach (StoredFactors tensor in result.Tensors)
        {
            table.Add(
                tensor.Tensor,
                tensor.Layout.Dtype.ToString(),
                HumanText.Count(tensor.Layout.Rank),
                tensor.Figures.TensorError.ToString("G3", System.Globalization.CultureInfo.InvariantCulture),
                HumanText.Size(tensor.Layout.SizeBytes));
        }

        table.WriteTo(invocation.Console);
        invocation.Note($"{HumanText.Plural(result.Tensors.Count, "tensor")} put together in {result.Path ?? result.NewModel}");
        return ExitCodes.Done;
    }

    private static void WriteJson(Invocation invocation, ExpandResult result) => invocation.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("model", result.Model);
        json.WriteString("path", result.Path);
        json.WriteString("newModel", result.NewModel);
        json.WriteNumber("sizeBytes", result.SizeBytes);
        json.WriteStartArray("tensors");
        foreach (StoredFactors tensor in result.Tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Tensor);
            json.WriteString("dtype", tensor.Layout.Dtype.ToString());
            json.WriteNumber("rank", tensor.Layout.Rank);
            json.WriteNumber("relativeError", tensor.Figures.RelativeError);
            json.WriteNumber("tensorError", tensor.Figures.TensorError);
            json.WriteNumber("sizeBytes", tensor.Layout.SizeBytes);
            json.WriteString("sha256", tensor.Content.ToString());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
        json.WriteEndObject();
    });
}
