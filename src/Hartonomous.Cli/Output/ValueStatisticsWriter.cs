using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics;

namespace Hartonomous.Cli.Output;

/// <summary>Writes the statistics of tensors' values.</summary>
internal static class ValueStatisticsWriter
{
    private const int BarLength = 40;

    /// <summary>Writes the JSON object.</summary>
    public static void WriteJson(Utf8JsonWriter json, string model, IReadOnlyList<(TensorInfo Tensor, ValueStatistics Values)> measured)
    {
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteStartArray("tensors");
        foreach ((TensorInfo tensor, ValueStatistics values) in measured)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("dtype", tensor.Dtype.ToString());
            TensorWriter.WriteShape(json, tensor.Shape);
            WriteValues(json, values);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the text for people: a table; of a single tensor, all of it with its histogram.</summary>
    public static void WriteText(CliConsole console, IReadOnlyList<(TensorInfo Tensor, ValueStatistics Values)> measured)
    {
        if (measured is [(TensorInfo tensor, ValueStatistics only)])
        {
            WriteOne(console, tensor, only);
            return;
        }

        TextTable table = new("Name", "Type", ">Values", ">Mean", ">Std dev", ">Min", ">Max", ">Zeros", ">NaN, Inf");
        foreach ((TensorInfo item, ValueStatistics values) in measured)
        {
            table.Add(
                item.Name,
                item.Dtype.ToString(),
                HumanText.Count(values.Count),
                Number(values.Mean),
                Number(values.StandardDeviation),
                Number(values.Min),
                Number(values.Max),
                HumanText.Share(values.ZeroCount, values.FiniteCount),
                HumanText.Count(values.NanCount + values.InfinityCount));
        }

        table.WriteTo(console);
    }

    private static void WriteValues(Utf8JsonWriter json, ValueStatistics values)
    {
        json.WriteNumber("count", values.Count);
        json.WriteNumber("nanCount", values.NanCount);
        json.WriteNumber("infinityCount", values.InfinityCount);
        WriteNumber(json, "min", values.Min);
        WriteNumber(json, "max", values.Max);
        WriteNumber(json, "mean", values.Mean);
        WriteNumber(json, "standardDeviation", values.StandardDeviation);
        json.WriteNumber("l1", values.L1);
        json.WriteNumber("l2", values.L2);
        json.WriteNumber("zeroCount", values.ZeroCount);
        json.WriteNumber("sparsity", values.Sparsity);
        if (values.Histogram is not { } histogram)
        {
            json.WriteNull("histogram");
            return;
        }

        json.WriteStartObject("histogram");
        json.WriteNumber("low", histogram.Low);
        json.WriteNumber("width", histogram.Width);
        json.WriteStartArray("counts");
        foreach (long count in histogram.Counts)
        {
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
        json.WriteNumber("below", histogram.Below);
        json.WriteNumber("above", histogram.Above);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteOne(CliConsole console, TensorInfo tensor, ValueStatistics values)
    {
        TextTable table = TextTable.OfProperties();
        table.Add("Tensor", tensor.Name);
        table.Add("Type", tensor.Dtype.ToString());
        table.Add("Shape", HumanText.Shape(tensor.Shape));
        table.Add("Values", HumanText.Count(values.Count));
        table.Add("Min", Number(values.Min));
        table.Add("Max", Number(values.Max));
        table.Add("Mean", Number(values.Mean));
        table.Add("Std dev", Number(values.StandardDeviation));
        table.Add("L1", Number(values.L1));
        table.Add("L2", Number(values.L2));
        table.Add("Zeros", $"{HumanText.Count(values.ZeroCount)} ({HumanText.Share(values.ZeroCount, values.FiniteCount)})");
        table.Add("NaN", HumanText.Count(values.NanCount));
        table.Add("Infinite", HumanText.Count(values.InfinityCount));
        table.WriteTo(console);
        if (values.Histogram is { } histogram)
        {
            console.Out.WriteLine();
            WriteHistogram(console, histogram);
        }
    }

    private static void WriteHistogram(CliConsole console, ValueHistogram histogram)
    {
        TextTable table = new(">From", ">Values", "Histogram");
        long most = Math.Max(1, histogram.Counts.Max());
        if (histogram.Below > 0)
        {
            table.Add("below", HumanText.Count(histogram.Below), string.Empty);
        }

        for (int i = 0; i < histogram.Counts.Count; i++)
        {
            long count = histogram.Counts[i];
            int length = (int)Math.Ceiling((double)BarLength * count / most);
            table.Add(Number(histogram.Low + (i * histogram.Width)), HumanText.Count(count), new string('#', length));
        }

        if (histogram.Above > 0)
        {
            table.Add("above", HumanText.Count(histogram.Above), string.Empty);
        }

        table.WriteTo(console);
    }

    private static string Number(double? number) => number is { } value ? value.ToString("G6", CultureInfo.InvariantCulture) : "-";
}
