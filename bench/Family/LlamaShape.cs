namespace Hartonomous.Benchmarks.Family;

/// <summary>
/// The tensors of a Llama of 570 million parameters: the shapes of TinyLlama-1.1B (hidden size 2048, feed-forward size 5632, 32 heads, 4 of
/// them for keys and values, vocabulary 32000) with 10 of its 22 layers. In BF16 that is 1.14 GB.
/// </summary>
/// <param name="Layers">Number of layers.</param>
/// <param name="Vocabulary">Number of tokens.</param>
internal sealed record LlamaShape(int Layers, int Vocabulary)
{
    public const int Hidden = 2048;
    public const int FeedForward = 5632;
    public const int Heads = 32;
    public const int KeyValueHeads = 4;
    private const int KeyValue = Hidden / Heads * KeyValueHeads;

    /// <summary>The shape at a scale: 1 is the whole, less has fewer layers and tokens.</summary>
    public static LlamaShape Of(double scale) => new(Math.Max(1, (int)Math.Round(10 * scale)), Math.Max(256, (int)(32000 * scale) / 64 * 64));

    /// <summary>Name in SafeTensors files, name in GGUF files, and shape of each tensor, in the order of Hugging Face's files.</summary>
    public IEnumerable<(string Name, string GgufName, int[] Shape)> Tensors()
    {
        yield return ("lm_head.weight", "output.weight", [Vocabulary, Hidden]);
        yield return ("model.embed_tokens.weight", "token_embd.weight", [Vocabulary, Hidden]);
        for (int layer = 0; layer < Layers; layer++)
        {
            string name = $"model.layers.{layer}.";
            string block = $"blk.{layer}.";
            yield return (name + "input_layernorm.weight", block + "attn_norm.weight", [Hidden]);
            yield return (name + "mlp.down_proj.weight", block + "ffn_down.weight", [Hidden, FeedForward]);
            yield return (name + "mlp.gate_proj.weight", block + "ffn_gate.weight", [FeedForward, Hidden]);
            yield return (name + "mlp.up_proj.weight", block + "ffn_up.weight", [FeedForward, Hidden]);
            yield return (name + "post_attention_layernorm.weight", block + "ffn_norm.weight", [Hidden]);
            yield return (name + "self_attn.k_proj.weight", block + "attn_k.weight", [KeyValue, Hidden]);
            yield return (name + "self_attn.o_proj.weight", block + "attn_output.weight", [Hidden, Hidden]);
            yield return (name + "self_attn.q_proj.weight", block + "attn_q.weight", [Hidden, Hidden]);
            yield return (name + "self_attn.v_proj.weight", block + "attn_v.weight", [KeyValue, Hidden]);
        }

        yield return ("model.norm.weight", "output_norm.weight", [Hidden]);
    }
}
