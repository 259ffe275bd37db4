using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Search;

namespace Hartonomous.Cli.Output;

/// <summary>Writes the answer of <c>hart lineage</c>.</summary>
internal static class LineageWriter
{
    /// <summary>Writes the document.</summary>
    public static void WriteJson(Utf8JsonWriter json, LineageResult result)
    {
        json.WriteStartObject();
        json.WriteString("model", result.Model.Name);
        json.WriteNumber("modelId", result.Model.ModelId);
        json.WriteString("verdict", result.Verdict.ToString());
        json.WriteString("summary", Describe(result));
        Write(json, "mergeExplained", result.MergeExplained);
        json.WriteNumber("pending", result.Pending);
        json.WriteStartArray("relatives");
        foreach (ModelRelative relative in result.Relatives)
        {
            WriteRelative(json, relative);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a table of models and, on request, one of tensors for each.</summary>
    public static void WriteText(Invocation invocation, LineageResult result, bool withLayers)
    {
        invocation.Console.Out.WriteLine(SafeText.Show(Describe(result)));
        if (result.Relatives.Count == 0)
        {
            return;
        }

        TextTable table = new("Model", "Verdict", ">Identical", ">Rounded", ">Near", ">Far", ">Missing");
        foreach (ModelRelative relative in result.Relatives)
        {
            table.Add(
            [
                relative.Model.Name,
                relative.MergeWeight is { } weight ? $"Merge ({Percent(weight)})" : relative.Verdict.ToString(),
                .. Enum.GetValues<Kinship>().Select(kinship => Percent(relative.Shares[kinship])),
            ]);
        }

        table.WriteTo(invocation.Console);
        foreach (ModelRelative relative in withLayers ? result.Relatives : [])
        {
            invocation.Console.Out.WriteLine();
            invocation.Console.Out.WriteLine(SafeText.Show(relative.Model.Name));
            TextTable layers = new("Tensor", "Counterpart", "Kinship", ">Similarity", ">Relative error");
            foreach (LayerEvidence layer in relative.Layers)
            {
                layers.Add(
                    layer.Tensor.Name,
                    layer.Other is null ? "-" : layer.Other.Name == layer.Tensor.Name ? "same name" : layer.Other.Name,
                    layer.Kinship.ToString(),
                    layer.Similarity?.ToString("F4", CultureInfo.InvariantCulture) ?? "-",
                    layer.RelativeError?.ToString("G3", CultureInfo.InvariantCulture) ?? "-");
            }

            layers.WriteTo(invocation.Console);
        }
    }

    private static string Describe(LineageResult result)
    {
        string name = result.Model.Name;
        ModelRelative? first = result.Relatives.Count > 0 ? result.Relatives[0] : null;
        return (result.Verdict, first) switch
        {
            (_, null) or (LineageVerdict.Unrelated, _) => $"{name} is unrelated to all stored models",
            (LineageVerdict.Same, { } same) => $"{name} has the same weights as {same.Model.Name}",
            (LineageVerdict.Quantization, { IsDerived: true } finer) => $"{name} is a quantization of {finer.Model.Name}",
            (LineageVerdict.Quantization, { } coarser) => $"{coarser.Model.Name} is a quantization of {name}",
            (LineageVerdict.FineTune, { } kin) => $"{name} is a fine-tune of {kin.Model.Name}, or that one of it, or both of a third",
            (LineageVerdict.Merge, _) => $"{name} is a merge of " + string.Join(
                " and ", result.Relatives.Where(relative => relative.Verdict == LineageVerdict.Merge).Select(relative => relative.Model.Name)),
            (_, { } part) => $"{name} shares a part of its weights with {part.Model.Name}",
        };
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    private static void WriteRelative(Utf8JsonWriter json, ModelRelative relative)
    {
        json.WriteStartObject();
        json.WriteString("model", relative.Model.Name);
        json.WriteNumber("modelId", relative.Model.ModelId);
        json.WriteString("tenant", relative.Model.Tenant);
        json.WriteString("verdict", relative.Verdict.ToString());
        if (relative.IsDerived is { } derived)
        {
            json.WriteBoolean("isDerived", derived);
        }
        else
        {
            json.WriteNull("isDerived");
        }

        Write(json, "mergeWeight", relative.MergeWeight);
        json.WriteStartObject("shares");
        foreach (Kinship kinship in Enum.GetValues<Kinship>())
        {
            json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(kinship.ToString()), relative.Shares[kinship]);
        }

        json.WriteEndObject();
        json.WriteStartArray("layers");
        foreach (LayerEvidence layer in relative.Layers)
        {
            json.WriteStartObject();
            json.WriteString("tensor", layer.Tensor.Name);
            json.WriteString("otherTensor", layer.Other?.Name);
            json.WriteString("layerType", layer.Tensor.LayerType.ToString());
            Write(json, "layerIndex", layer.Tensor.LayerIndex);
            json.WriteString("kinship", layer.Kinship.ToString());
            Write(json, "similarity", layer.Similarity);
            Write(json, "relativeError", layer.RelativeError);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
