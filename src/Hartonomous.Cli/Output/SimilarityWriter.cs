using System.Globalization;
using System.Text.Json;
using Hartonomous.Cli.Verbs;
using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Indexes;

namespace Hartonomous.Cli.Output;

/// <summary>Writes the answer of <c>hart find</c>.</summary>
internal static class SimilarityWriter
{
    /// <summary>Writes the document.</summary>
    public static void WriteJson(Utf8JsonWriter json, SimilarTensors found)
    {
        json.WriteStartObject();
        json.WriteString("strategy", found.Strategy.ToString());
        json.WriteNumber("candidates", found.Candidates);
        json.WriteBoolean("exact", found.Certainty == Certainty.Certain);
        json.WriteString("certainty", found.Certainty.ToString());
        json.WriteNumber("keys", found.Keys);
        json.WriteNumber("pending", found.Pending);
        SpaceOptions.WriteJson(json, found.Space);
        json.WriteStartObject("searched");
        json.WriteString("model", found.Searched.Content.Name);
        json.WriteString("tensor", found.Searched.Info.Name);
        Write(json, "tensorAtomId", found.Searched.TensorAtomId);
        TensorWriter.WriteShape(json, found.Searched.Info.Shape);
        json.WriteNumber("nonFinite", found.Sketch.NonFinite);
        json.WriteBoolean("isZero", found.Sketch.IsZero);
        json.WriteBoolean("isConstant", found.Sketch.IsConstant);
        json.WriteEndObject();
        json.WriteStartArray("results");
        foreach (SimilarTensor result in found.Results)
        {
            TensorInfo info = result.Hit.Tensor.Info;
            json.WriteStartObject();
            json.WriteString("model", result.Hit.Tensor.Model);
            json.WriteString("tensor", info.Name);
            json.WriteNumber("tensorAtomId", result.Hit.Tensor.TensorAtomId);
            json.WriteString("layerType", info.LayerType.ToString());
            Write(json, "layerIndex", info.LayerIndex);
            json.WriteNumber("distance", result.Hit.Distance);
            json.WriteNumber("similarity", result.Hit.Similarity);
            if (result.WeightSimilarity is { } weights)
            {
                json.WriteNumber("weightSimilarity", weights);
            }
            else
            {
                json.WriteNull("weightSimilarity");
            }

            json.WriteBoolean("identical", result.IsIdentical);
            json.WriteString("dtype", info.Dtype.ToString());
            TensorWriter.WriteShape(json, info.Shape);
            json.WriteString("sha256", info.Sha256?.ToString());
            json.WriteString("tenant", result.Hit.Tenant);
            Write(json, "firstRow", result.Hit.Rows.IsWhole ? null : result.Hit.Rows.First);
            Write(json, "rowCount", result.Hit.Rows.IsWhole ? null : result.Hit.Rows.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a table, and what is to be known of it.</summary>
    public static void WriteText(Invocation invocation, SimilarTensors found)
    {
        if (found.Sketch.IsZero)
        {
            invocation.Note("the tensor has no values other than 0, NaN and Inf: it resembles nothing");
        }
        else if (found.Sketch.IsConstant)
        {
            invocation.Note("all values of the tensor are the same number: only tensors of that number and length resemble it");
        }

        bool isRefined = found.Results.Any(result => result.WeightSimilarity is not null);
        bool hasRows = found.Results.Any(result => !result.Hit.Rows.IsWhole);
        List<string> columns = [">Id", "Model", "Tensor", "Type", ">Shape", "Layer", ">Distance", ">Similarity"];
        columns.AddRange(hasRows ? [">Rows"] : []);
        columns.AddRange(isRefined ? [">Of weights"] : []);
        TextTable table = new([.. columns, string.Empty]);
        foreach (SimilarTensor result in found.Results)
        {
            TensorInfo info = result.Hit.Tensor.Info;
            List<string> cells =
            [
                result.Hit.Tensor.TensorAtomId.ToString(CultureInfo.InvariantCulture),
                result.Hit.Tensor.Model,
                info.Name,
                info.Dtype.ToString(),
                HumanText.Shape(info.Shape),
                HumanText.Layer(info),
                result.Hit.Distance.ToString("F2", CultureInfo.InvariantCulture),
                result.Hit.Similarity.ToString("F4", CultureInfo.InvariantCulture),
            ];
            cells.AddRange(hasRows ? [$"{result.Hit.Rows.First}..{result.Hit.Rows.First + result.Hit.Rows.Count - 1}"] : []);
            cells.AddRange(isRefined ? [result.WeightSimilarity?.ToString("F6", CultureInfo.InvariantCulture) ?? "-"] : []);
            table.Add([.. cells, result.IsIdentical ? "identical" : string.Empty]);
        }

        if (found.Results.Count > 0)
        {
            table.WriteTo(invocation.Console);
        }

        string certainty = found.Certainty switch
        {
            Certainty.Certain => "the answer is certain",
            Certainty.Likely => "the answer is likely complete",
            _ => "the search stopped early, others may belong into the answer; --max-candidates and --exact look further",
        };
        invocation.Note($"{HumanText.Plural(found.Candidates, "candidate")} of {HumanText.Plural(found.Keys, "key")} compared ({found.Strategy}); {certainty}");
    }

    private static void Write(Utf8JsonWriter json, string name, long? value)
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
