using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Compression;

namespace Hartonomous.Cli.Output;

/// <summary>What became of tensors that were to be compressed.</summary>
internal static class CompressionWriter
{
    /// <summary>As JSON.</summary>
    public static void WriteJson(Invocation invocation, string model, bool isTrial, IReadOnlyList<CompressionResult> results) => invocation.WriteJson(json =>
    {
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteBoolean("trial", isTrial);
        json.WriteStartArray("results");
        foreach (CompressionResult result in results)
        {
            json.WriteStartObject();
            json.WriteString("model", result.Model);
            json.WriteString("tensor", result.Tensor.Name);
            json.WriteString("status", result.Status.ToString());
            json.WriteString("against", result.Against);
            json.WriteNumber("rows", result.Rows);
            json.WriteNumber("columns", result.Columns);
            WriteNumber(json, "rank", result.Rank);
            WriteNumber(json, "relativeError", result.RelativeError);
            WriteNumber(json, "spectralError", result.SpectralError);
            WriteNumber(json, "tensorError", result.TensorError);
            WriteNumber(json, "energy", result.Energy);
            WriteNumber(json, "ratio", result.Ratio);
            json.WriteNumber("bytesBefore", result.BytesBefore);
            WriteNumber(json, "bytesAfter", result.BytesAfter);
            json.WriteBoolean("dropped", result.IsDropped);
            json.WriteNumber("seconds", Math.Round(result.Seconds, 3));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>As a table, with the sums below it.</summary>
    public static void WriteText(Invocation invocation, IReadOnlyList<CompressionResult> results)
    {
        TextTable table = new("Tensor", "Status", ">Rank", ">Error", ">Energy", ">Before", ">After", ">Ratio");
        foreach (CompressionResult result in results)
        {
            table.Add(
                result.Tensor.Name,
                result.IsDropped ? "Dropped" : result.Status.ToString(),
                result.Rank is { } rank ? HumanText.Count(rank) : "-",
                result.RelativeError is { } error ? error.ToString("G3", CultureInfo.InvariantCulture) : "-",
                result.Energy is { } energy ? string.Create(CultureInfo.InvariantCulture, $"{100 * energy:F2} %") : "-",
                HumanText.Size(result.BytesBefore),
                result.BytesAfter is { } after ? HumanText.Size(after) : "-",
                result.Ratio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{ratio:F1}:1") : "-");
        }

        table.WriteTo(invocation.Console);
        long before = results.Where(result => result.BytesAfter is not null).Sum(result => result.BytesBefore);
        long factors = results.Sum(result => result.BytesAfter ?? 0);
        long count = results.Count(result => result.BytesAfter is not null);
        string sizes = $"{HumanText.Size(before)} to {HumanText.Size(factors)}";
        invocation.Note($"{HumanText.Plural(count, "tensor")} compressed, {sizes}; {results.Count - count} left alone");
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? number)
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
}
