using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning;

/// <summary>What the files of pruned and sparse models say of themselves.</summary>
internal static class PruneMetadata
{
    /// <summary>Key of what was pruned: JSON, <c>{"as": "zeros", "tensors": {NAME: SHA-256 before}}</c>.</summary>
    public const string PrunedKey = "hartonomous.pruned";

    /// <summary>Key of what was made sparse: JSON, <c>{"pattern": "2:4", "score": "Wanda", "tensors": [NAME]}</c>.</summary>
    public const string SparseKey = "hartonomous.sparse";

    /// <summary>The value of <see cref="PrunedKey"/>.</summary>
    public static string Pruned(IEnumerable<PrunedTensor> tensors, bool isOmitted) => Write(json =>
    {
        json.WriteString("as", isOmitted ? "omitted" : "zeros");
        json.WriteStartObject("tensors");
        foreach (PrunedTensor tensor in tensors)
        {
            json.WriteString(tensor.Name, tensor.Sha256.ToString());
        }

        json.WriteEndObject();
    });

    /// <summary>The value of <see cref="SparseKey"/>.</summary>
    public static string Sparse(string pattern, string score, IEnumerable<string> tensors) => Write(json =>
    {
        json.WriteString("pattern", pattern);
        json.WriteString("score", score);
        json.WriteStartArray("tensors");
        foreach (string tensor in tensors)
        {
            json.WriteStringValue(tensor);
        }

        json.WriteEndArray();
    });

    private static string Write(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
