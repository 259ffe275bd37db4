using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Comparison;

namespace Hartonomous.Cli.Output;

/// <summary>Writes what a comparison of two models found.</summary>
internal static class ComparisonWriter
{
    /// <summary>Writes the JSON object.</summary>
    public static void WriteJson(Utf8JsonWriter json, ModelComparison comparison)
    {
        json.WriteStartObject();
        json.WriteString("verdict", VerdictOf(comparison.Verdict));
        json.WriteString("summary", comparison.Summary);
        WriteModel(json, "a", comparison.First);
        WriteModel(json, "b", comparison.Second);
        json.WriteStartObject("counts");
        foreach (TensorStatus status in Enum.GetValues<TensorStatus>())
        {
            json.WriteNumber(StatusOf(status), comparison.Count(status));
        }

        json.WriteEndObject();
        json.WriteStartArray("tensors");
        foreach (ComparedTensor tensor in comparison.Tensors)
        {
            WriteTensor(json, tensor);
        }

        json.WriteEndArray();
        json.WriteNumber("seconds", Math.Round(comparison.Seconds, 3));
        json.WriteEndObject();
    }

    /// <summary>Writes the text for people.</summary>
    public static void WriteText(CliConsole console, ModelComparison comparison, bool all)
    {
        List<ComparedTensor> shown = [.. comparison.Tensors.Where(tensor => all || tensor.Status != TensorStatus.Identical)];
        if (shown.Count > 0)
        {
            TextTable table = new("Tensor", "Other", "Status", ">Error", ">Cosine", ">Max diff", ">Equal");
            foreach (ComparedTensor tensor in shown)
            {
                table.Add(
                    tensor.Name,
                    tensor.Second is null ? "-" : tensor.Second.Name == tensor.Name ? string.Empty : tensor.Second.Name,
                    StatusText(tensor),
                    Figure(tensor.RelativeError),
                    Figure(tensor.Cosine),
                    Figure(tensor.MaxDifference),
                    tensor.EqualShare is { } share ? string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.##} %") : "-");
            }

            table.WriteTo(console);
        }

        int identical = comparison.Count(TensorStatus.Identical);
        if (!all && identical > 0)
        {
            console.Out.WriteLine($"{HumanText.Plural(identical, "tensor")} identical{(shown.Count > 0 ? ", not listed" : string.Empty)}.");
        }

        console.Out.WriteLine(comparison.Summary);
    }

    private static string VerdictOf(ModelVerdict verdict) => verdict switch
    {
        ModelVerdict.Copy => "copy",
        ModelVerdict.IdenticalWeights => "identical-weights",
        ModelVerdict.Subset => "subset",
        ModelVerdict.Conversion => "conversion",
        ModelVerdict.Quantization => "quantization",
        ModelVerdict.FineTune => "fine-tune",
        ModelVerdict.Partial => "partial",
        _ => "unrelated",
    };

    private static string StatusOf(TensorStatus status) => JsonNamingPolicy.CamelCase.ConvertName(status.ToString());

    private static string StatusText(ComparedTensor tensor) => tensor switch
    {
        { Status: TensorStatus.DtypeChanged, First: { } a, Second: { } b } => $"{a.Dtype} to {b.Dtype}",
        { Status: TensorStatus.Reshaped, First: { } a, Second: { } b } => $"{HumanText.Shape(a.Shape)} to {HumanText.Shape(b.Shape)}",
        { Status: TensorStatus.ValueChanged } => "changed",
        _ => StatusOf(tensor.Status),
    };

    private static string Figure(double? value) => value is not { } figure
        ? "-"
        : figure.ToString(Math.Abs(figure) is 0 or (>= 0.001 and < 10_000) ? "0.######" : "0.####e0", CultureInfo.InvariantCulture);

    private static void WriteModel(Utf8JsonWriter json, string property, ComparedModel model)
    {
        json.WriteStartObject(property);
        json.WriteString("name", model.Name);
        json.WriteString("format", HumanText.Format(model.Format));
        json.WriteString("architecture", model.Architecture);
        json.WriteNumber("parameterCount", model.ParameterCount);
        json.WriteNumber("tensors", model.Tensors);
        json.WriteNumber("sizeBytes", model.SizeBytes);
        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, ComparedTensor tensor)
    {
        json.WriteStartObject();
        json.WriteString("name", tensor.Name);
        json.WriteString("otherName", tensor.Second?.Name);
        json.WriteString("status", StatusOf(tensor.Status));
        WriteFigure(json, "relativeError", tensor.RelativeError);
        WriteFigure(json, "cosine", tensor.Cosine);
        WriteFigure(json, "maxDifference", tensor.MaxDifference);
        WriteFigure(json, "equalShare", tensor.EqualShare);
        json.WriteString("dtype", tensor.First?.Dtype.ToString());
        json.WriteString("otherDtype", tensor.Second?.Dtype.ToString());
        WriteShape(json, "shape", tensor.First);
        WriteShape(json, "otherShape", tensor.Second);
        json.WriteNumber("comparedValues", tensor.ComparedValues);
        json.WriteNumber("nonFinite", tensor.NonFinite);
        json.WriteString("note", tensor.Note);
        json.WriteEndObject();
    }

    private static void WriteShape(Utf8JsonWriter json, string property, Core.Models.TensorInfo? tensor)
    {
        if (tensor is null)
        {
            json.WriteNull(property);
            return;
        }

        json.WriteStartArray(property);
        foreach (long dimension in tensor.Shape.Dimensions)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
    }

    private static void WriteFigure(Utf8JsonWriter json, string property, double? value)
    {
        if (value is { } figure)
        {
            json.WriteNumber(property, figure);
        }
        else
        {
            json.WriteNull(property);
        }
    }
}
