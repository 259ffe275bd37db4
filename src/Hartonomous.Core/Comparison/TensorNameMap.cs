using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Hartonomous.Core.Comparison;

/// <summary>
/// Brings the names that Hugging Face transformers and the original checkpoints give their tensors to those that llama.cpp gives them in GGUF
/// files, for the families of LLaMA (Mistral, Qwen, Gemma, Phi, InternLM, Mixtral), GPT-2, GPT-NeoX, Falcon, BLOOM, MPT and BERT. After the
/// tables of llama.cpp's <c>gguf-py/gguf/tensor_mapping.py</c>.
/// </summary>
internal sealed partial class TensorNameMap
{
    /// <summary>Longer names are none of a known family; trying them would take long.</summary>
    private const int MaxLength = 256;

    private static readonly FrozenDictionary<string, string> Globals = Table(
        """
        token_embd: token_embd embed_tokens wte tok_embeddings word_embeddings embed_in embeddings.word_embeddings embeddings.tok_embeddings embd.wte
        position_embd: position_embd wpe embeddings.position_embeddings embed_positions
        token_types: token_types embeddings.token_type_embeddings
        token_embd_norm: token_embd_norm word_embeddings_layernorm embeddings.LayerNorm embeddings.norm emb_ln
        output_norm: output_norm norm ln_f norm_f final_layer_norm final_layernorm final_norm
        output: output lm_head embed_out output_layer lm_head.linear
        rope_freqs: rope_freqs rope.freqs
        """);

    private static readonly FrozenDictionary<string, string> InBlocks = Table(
        """
        attn_norm: attn_norm input_layernorm ln_1 norm_1 attention_norm ln1
        attn_q: attn_q self_attn.q_proj attention.wq attention.self.query attn.q_proj attention.q_lin
        attn_k: attn_k self_attn.k_proj attention.wk attention.self.key attn.k_proj attention.k_lin
        attn_v: attn_v self_attn.v_proj attention.wv attention.self.value attn.v_proj attention.v_lin
        attn_qkv: attn_qkv attn.c_attn attention.query_key_value self_attention.query_key_value self_attn.qkv_proj attn.Wqkv
        attn_qkv: mixer.Wqkv attention.wqkv self_attn.W_pack
        attn_output: attn_output self_attn.o_proj attention.wo attention.output.dense attn.c_proj attention.dense self_attention.dense
        attn_output: attn.out_proj self_attn.out_proj self_attn.dense mixer.out_proj attention.out_lin
        attn_q_norm: attn_q_norm self_attn.q_norm self_attn.q_layernorm
        attn_k_norm: attn_k_norm self_attn.k_norm self_attn.k_layernorm
        attn_output_norm: attn_output_norm attention.output.LayerNorm sa_layer_norm
        post_attention_norm: post_attention_norm
        ffn_norm: ffn_norm post_attention_layernorm ln_2 norm_2 pre_feedforward_layernorm ln2
        post_ffw_norm: post_ffw_norm post_feedforward_layernorm
        ffn_gate: ffn_gate mlp.gate_proj feed_forward.w1
        ffn_up: ffn_up mlp.up_proj feed_forward.w3 mlp.c_fc mlp.dense_h_to_4h mlp.fc1 ffn.up_proj intermediate.dense mlp.fc_in mlp.gate_up_proj ffn.lin1
        ffn_down: ffn_down mlp.down_proj feed_forward.w2 mlp.c_proj mlp.dense_4h_to_h mlp.fc2 ffn.down_proj output.dense mlp.fc_out ffn.lin2
        layer_output_norm: layer_output_norm output.LayerNorm output_layer_norm
        ffn_gate_inp: ffn_gate_inp block_sparse_moe.gate mlp.gate feed_forward.gate
        """);

    private readonly bool _normsAroundFeedForward;

    /// <summary>A map for a model.</summary>
    /// <param name="names">All names of the model: some names mean different things in different families.</param>
    public TensorNameMap(IEnumerable<string> names) =>
        _normsAroundFeedForward = names.Any(name => name.Contains("pre_feedforward_layernorm", StringComparison.Ordinal));

    /// <summary>The name in GGUF files (<c>blk.0.attn_q.weight</c>); null where none is known.</summary>
    public string? Find(string name)
    {
        Match? parts = name.Length <= MaxLength ? Parts().Match(name) : null;
        if (parts is not { Success: true })
        {
            return null;
        }

        string suffix = parts.Groups["suffix"].Value;
        string body = parts.Groups["body"].Value;
        if (parts.Groups["layer"] is not { Success: true, Value: string layer })
        {
            return Globals.TryGetValue(body, out string? global) ? $"{global}.{suffix}" : null;
        }

        // Gemma 2 and 3 have norms before and behind the feed-forward part, so the one behind attention is another than LLaMA's.
        return body == "post_attention_layernorm" && _normsAroundFeedForward ? $"blk.{layer}.post_attention_norm.{suffix}"
            : InBlocks.TryGetValue(body, out string? known) ? $"blk.{layer}.{known}.{suffix}"
            : null;
    }

    private static FrozenDictionary<string, string> Table(string lines) => lines
        .Split('\n')
        .Select(line => line.Split(':'))
        .SelectMany(line => line[1].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(alias => KeyValuePair.Create(alias, line[0].Trim())))
        .ToFrozenDictionary(StringComparer.Ordinal);

    [GeneratedRegex(
        """
        \A(?:_orig_mod\.|module\.|base_model\.|language_model\.|model\.|transformer\.|gpt_neox\.|bert\.|roberta\.|distilbert\.|encoder\.|decoder\.)*
        (?:(?:blk|layers|layer|h|blocks)\.(?<layer>[0-9]{1,6})\.)?
        (?<body>[A-Za-z][A-Za-z0-9_.]*?)\.(?<suffix>weight|bias)\z
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
