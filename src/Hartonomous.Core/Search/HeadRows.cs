using System.Text.Json;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Search;

/// <summary>How many rows of a projection belong to one attention head, from a model's metadata.</summary>
/// <remarks>
/// GGUF says <c>*.attention.key_length</c>, or <c>*.embedding_length</c> and <c>*.attention.head_count</c>; configurations of Hugging Face say
/// <c>head_dim</c>, or <c>hidden_size</c> and <c>num_attention_heads</c>. Heads lie along the rows of the query, key and value projections
/// alone: the output projection has them along its columns.
/// </remarks>
internal sealed class HeadRows(IModelStore store, long? given)
{
    private static readonly string[] Lengths = [".attention.key_length", "head_dim"];
    private static readonly string[] Widths = [".embedding_length", "hidden_size", "n_embd"];
    private static readonly string[] Counts = [".attention.head_count", "num_attention_heads", "n_head"];
    private static readonly string[] Outputs = ["attn_output", "o_proj", "out_proj", "c_proj", "to_out", ".dense.", ".wo."];

    private readonly Lazy<Dictionary<long, StoredModel>> _models = new(() => store.ListModels().ToDictionary(model => model.ModelId));
    private readonly Dictionary<long, long?> _found = [];

    /// <summary>Rows of a head of a content; null where it has none, or nothing says.</summary>
    public long? Of(PendingAtom atom) => HasHeads(atom.Tensor.Name, atom.Shape) ? Fitting(atom.Shape, OfModel(atom.ModelId)) : null;

    /// <summary>Rows of a head of a tensor of a stored model.</summary>
    public long? Of(TensorInfo tensor, string model) =>
        HasHeads(tensor.Name, tensor.Shape) ? Fitting(tensor.Shape, store.FindModel(model) is { } stored ? OfModel(stored.ModelId) : given) : null;

    private static bool HasHeads(string name, TensorShape shape) =>
        shape.Rank == 2 && LayerClassifier.Classify(name).Type == LayerType.Attention &&
        !Outputs.Any(output => name.Contains(output, StringComparison.OrdinalIgnoreCase));

    private static long? Fitting(TensorShape shape, long? rows) => rows is > 0 && shape.RowCount % rows == 0 ? rows : null;

    private long? OfModel(long modelId)
    {
        if (!_found.TryGetValue(modelId, out long? rows))
        {
            rows = given ?? (_models.Value.TryGetValue(modelId, out StoredModel? model) ? Read(model.MetadataJson) : null);
            _found.Add(modelId, rows);
        }

        return rows;
    }

    private static long? Read(string metadata)
    {
        using JsonDocument document = JsonDocument.Parse(metadata);
        List<(string Name, long Value)> numbers = [.. Numbers(document.RootElement)];
        return Find(Lengths) ?? (Find(Widths) is { } width && Find(Counts) is > 0 and { } heads && width % heads == 0 ? width / heads : null);

        long? Find(string[] names) => numbers
            .Where(number => names.Any(name => number.Name.EndsWith(name, StringComparison.Ordinal)))
            .Select(number => (long?)number.Value).FirstOrDefault();
    }

    private static IEnumerable<(string Name, long Value)> Numbers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            yield break;
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt64(out long value))
            {
                yield return (property.Name, value);
            }

            foreach ((string, long) inner in Numbers(property.Value))
            {
                yield return inner;
            }
        }
    }
}
