using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Models;
using Hartonomous.Core.Pruning.Scores;
using Hartonomous.Core.Storage;

namespace Hartonomous.Cli.Output;

/// <summary>Writes scores.</summary>
internal static class ScoreWriter
{
    /// <summary>Writes the JSON object of scores just made.</summary>
    public static void WriteJson(
        Utf8JsonWriter json,
        string model,
        ScoreInputs inputs,
        IReadOnlyList<(TensorInfo Tensor, TensorScore Score)> scored,
        bool withRows,
        bool withBlocks,
        bool isSaved)
    {
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteString("score", inputs.Method.ToString());
        json.WritePropertyName("inputs");
        json.WriteRawValue(inputs.Description);
        json.WriteBoolean("saved", isSaved);
        json.WriteStartArray("tensors");
        foreach ((TensorInfo tensor, TensorScore score) in scored)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("dtype", tensor.Dtype.ToString());
            TensorWriter.WriteShape(json, tensor.Shape);
            WriteFigures(json, score.Mean, score.Sum, score.Min, score.Max, score.Count, score.InvalidCount);
            if (withRows)
            {
                WriteMeans(json, "rows", score.Rows?.Select(row => row.Mean));
            }

            if (withBlocks)
            {
                WriteMeans(json, "blocks", score.Blocks.Select(block => block.Mean));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes the JSON object of stored scores.</summary>
    public static void WriteJson(Utf8JsonWriter json, string model, IReadOnlyList<StoredScore> scores, bool withRows, bool withBlocks)
    {
        json.WriteStartObject();
        json.WriteString("model", model);
        json.WriteStartArray("scores");
        foreach (StoredScore score in scores)
        {
            json.WriteStartObject();
            json.WriteNumber("tensorAtomId", score.TensorAtomId);
            json.WriteString("name", score.Tensor);
            json.WriteString("sha256", score.Sha256.ToString());
            json.WriteString("score", score.Method);
            WriteFigures(json, score.Mean, score.Total, score.Least, score.Greatest, score.ValueCount, score.InvalidCount);
            if (withRows)
            {
                WriteMeans(json, "rows", score.RowMeans);
            }

            if (withBlocks)
            {
                WriteMeans(json, "blocks", score.BlockMeans);
            }

            json.WritePropertyName("inputs");
            json.WriteRawValue(score.Inputs);
            json.WriteString("version", score.ProductVersion);
            json.WriteString("scoredAt", score.ScoredAtUtc);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>A table of scores just made.</summary>
    public static void WriteText(CliConsole console, IReadOnlyList<(TensorInfo Tensor, TensorScore Score)> scored)
    {
        TextTable table = new("Name", "Type", ">Shape", ">Mean", ">Min", ">Max");
        foreach ((TensorInfo tensor, TensorScore score) in scored)
        {
            table.Add(
                tensor.Name, tensor.Dtype.ToString(), HumanText.Shape(tensor.Shape), Number(score.Mean), Number(score.Min), Number(score.Max));
        }

        table.WriteTo(console);
    }

    /// <summary>A table of stored scores.</summary>
    public static void WriteText(CliConsole console, IReadOnlyList<StoredScore> scores)
    {
        TextTable table = new("Name", "Score", ">Mean", ">Min", ">Max", "Scored (UTC)");
        foreach (StoredScore score in scores)
        {
            table.Add(
                score.Tensor,
                score.Method,
                Number(score.Mean),
                Number(score.Least),
                Number(score.Greatest),
                score.ScoredAtUtc.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }

        table.WriteTo(console);
    }

    private static void WriteFigures(Utf8JsonWriter json, double mean, double sum, double? min, double? max, long count, long invalid)
    {
        json.WriteNumber("mean", mean);
        json.WriteNumber("sum", sum);
        WriteNumber(json, "min", min);
        WriteNumber(json, "max", max);
        json.WriteNumber("count", count);
        json.WriteNumber("invalidCount", invalid);
    }

    private static void WriteMeans(Utf8JsonWriter json, string name, IEnumerable<double>? means)
    {
        if (means is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (double mean in means)
        {
            json.WriteNumberValue(mean);
        }

        json.WriteEndArray();
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

    private static string Number(double? number) => number is { } value ? value.ToString("G6", CultureInfo.InvariantCulture) : "-";
}
