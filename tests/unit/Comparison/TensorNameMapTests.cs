using Hartonomous.Core.Comparison;

namespace Hartonomous.Tests.Comparison;

/// <summary>The names on the right are those that llama.cpp's convert_hf_to_gguf.py gives the tensors on the left.</summary>
public class TensorNameMapTests
{
    [Theory]
    [InlineData("model.embed_tokens.weight", "token_embd.weight")]
    [InlineData("model.norm.weight", "output_norm.weight")]
    [InlineData("lm_head.weight", "output.weight")]
    [InlineData("model.layers.11.self_attn.q_proj.weight", "blk.11.attn_q.weight")]
    [InlineData("model.layers.0.self_attn.k_proj.bias", "blk.0.attn_k.bias")]
    [InlineData("model.layers.0.mlp.gate_proj.weight", "blk.0.ffn_gate.weight")]
    [InlineData("model.layers.0.post_attention_layernorm.weight", "blk.0.ffn_norm.weight")]
    [InlineData("layers.3.attention.wo.weight", "blk.3.attn_output.weight")]
    [InlineData("transformer.h.5.attn.c_attn.weight", "blk.5.attn_qkv.weight")]
    [InlineData("h.5.mlp.c_fc.bias", "blk.5.ffn_up.bias")]
    [InlineData("gpt_neox.layers.2.attention.query_key_value.weight", "blk.2.attn_qkv.weight")]
    [InlineData("bert.encoder.layer.7.attention.self.query.weight", "blk.7.attn_q.weight")]
    [InlineData("blk.4.ffn_down.weight", "blk.4.ffn_down.weight")]
    [InlineData("model.layers.0.unheard_of.weight", null)]
    [InlineData("model.layers.0.self_attn.q_proj.lora_A", null)]
    public void A_name_has_its_name_in_GGUF(string name, string? expected) => Assert.Equal(expected, new TensorNameMap([name]).Find(name));

    [Fact]
    public void The_norm_behind_attention_is_another_where_there_are_norms_around_the_feed_forward_part()
    {
        TensorNameMap map = new(["model.layers.0.post_attention_layernorm.weight", "model.layers.0.pre_feedforward_layernorm.weight"]);

        Assert.Equal("blk.0.post_attention_norm.weight", map.Find("model.layers.0.post_attention_layernorm.weight"));
        Assert.Equal("blk.0.ffn_norm.weight", map.Find("model.layers.0.pre_feedforward_layernorm.weight"));
    }
}
