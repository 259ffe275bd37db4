using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Comparison;

/// <summary>
/// The order of rows in the query and key weights of GGUF files of LLaMA's family. Their converter reorders the rows of each head for ggml's
/// rotary embedding: row <c>2i + p</c> of a head is row <c>i + p * headRows / 2</c> of the original, p being 0 or 1 (<c>LlamaModel.permute</c>
/// of llama.cpp's <c>convert_hf_to_gguf.py</c>).
/// </summary>
internal static class HeadOrder
{
    /// <summary>
    /// Rows of a head of a pair's weights, where one of the two models is GGUF and the weights are queries or keys; null elsewhere.
    /// </summary>
    /// <param name="first">The first model.</param>
    /// <param name="second">The second model.</param>
    /// <param name="name">The pair's name in GGUF's terms, or null.</param>
    /// <param name="shape">The shape of both weights.</param>
    public static long? FindHeadRows(ModelSource first, ModelSource second, string? name, TensorShape shape)
    {
        bool isQuery = name?.EndsWith(".attn_q.weight", StringComparison.Ordinal) == true;
        bool isKey = name?.EndsWith(".attn_k.weight", StringComparison.Ordinal) == true;
        if ((!isQuery && !isKey) || shape.Rank != 2 || (first.Metadata.Format == ModelFormat.Gguf) == (second.Metadata.Format == ModelFormat.Gguf))
        {
            return null;
        }

        ModelMetadata gguf = (first.Metadata.Format == ModelFormat.Gguf ? first : second).Metadata;
        long? heads = isKey ? Read(gguf, "attention.head_count_kv") ?? Read(gguf, "attention.head_count") : Read(gguf, "attention.head_count");
        long rows = shape.Dimensions[0];
        return heads is > 0 and { } count && rows % (2 * count) == 0 ? rows / count : null;
    }

    /// <summary>Puts the rows of a head from the original order into GGUF's.</summary>
    /// <param name="original">The head's rows.</param>
    /// <param name="reordered">As long.</param>
    /// <param name="headRows">Number of rows.</param>
    public static void Reorder(ReadOnlySpan<float> original, Span<float> reordered, int headRows)
    {
        int length = original.Length / headRows;
        int half = headRows / 2;
        for (int i = 0; i < half; i++)
        {
            original.Slice(i * length, length).CopyTo(reordered[(2 * i * length)..]);
            original.Slice((i + half) * length, length).CopyTo(reordered[(((2 * i) + 1) * length)..]);
        }
    }

    private static long? Read(ModelMetadata metadata, string key) =>
        metadata.Metadata.GetValueOrDefault($"{metadata.Architecture}.{key}")?.Scalar switch
        {
            long number => number,
            ulong number when number <= long.MaxValue => (long)number,
            _ => null,
        };
}
