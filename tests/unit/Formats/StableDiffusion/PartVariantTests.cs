using Hartonomous.Core.Formats.StableDiffusion;
using Hartonomous.Core.Models;
using static Hartonomous.Tests.Support.DiffusionTensors;

namespace Hartonomous.Tests.Formats.StableDiffusion;

public sealed class PartVariantTests
{
    [Theory]
    [InlineData(4, "VAE (SD 1.x, 2.x or SDXL)")]
    [InlineData(16, "VAE (SD 3 or FLUX.1)")]
    [InlineData(32, "VAE (FLUX.2)")]
    [InlineData(8, null)]
    public void An_autoencoder_is_told_by_the_channels_of_its_latents(long latent, string? name)
    {
        Assert.Equal(name, DiffusionVariantDetector.Detect(Vae(string.Empty, latent))?.Name);
        Assert.Equal(name, DiffusionVariantDetector.Detect(Vae("first_stage_model.", latent))?.Name);
        Assert.Equal(name, DiffusionVariantDetector.Detect(DiffusersVae(latent))?.Name);
    }

    [Fact]
    public void An_autoencoder_or_text_encoder_beside_an_unknown_denoiser_is_not_the_model()
    {
        List<TensorInfo> unknown = Parse("model.diffusion_model.", "blocks.0.strange.weight 8,8");
        Assert.Null(DiffusionVariantDetector.Detect([.. Vae("first_stage_model.", 4), .. unknown]));
        Assert.Null(DiffusionVariantDetector.Detect([.. Clip("cond_stage_model.transformer.", 768, 12), .. unknown]));
    }

    private const string GgufT5 = """
        token_embd.weight 32128,4096
        enc.blk.0.attn_q.weight 4096,4096
        enc.blk.23.attn_q.weight 4096,4096
        """;

    public static TheoryData<string?, List<TensorInfo>> TextEncoders => new()
    {
        { "Text encoder (CLIP-L)", Clip(string.Empty, 768, 12) },
        { "Text encoder (CLIP-L)", Clip("text_encoders.clip_l.transformer.", 768, 12) },
        { "Text encoder (CLIP-L)", Clip("cond_stage_model.transformer.", 768, 12) },
        { "Text encoder (CLIP-G)", Clip(string.Empty, 1280, 32) },
        { "Text encoder (CLIP-G)", OpenClip("conditioner.embedders.1.model.", 1280, 32) },
        { "Text encoder (OpenCLIP-H)", OpenClip("cond_stage_model.model.", 1024, 24) },
        { "Text encoder (OpenCLIP-H)", Clip(string.Empty, 1024, 23) },
        { "Text encoder (T5-XXL)", T5(string.Empty) },
        { "Text encoder (T5-XXL)", T5("text_encoders.t5xxl.transformer.") },
        { "Text encoder (UMT5-XXL)", T5(string.Empty, vocabulary: 256384) },
        { "Text encoder (T5-XXL)", Parse(string.Empty, GgufT5) },
        { "Text encoders", [.. Clip("text_encoders.clip_l.transformer.", 768, 12), .. T5("text_encoders.t5xxl.transformer.")] },
        { null, Clip(string.Empty, 512, 12) },
        { null, Clip(string.Empty, 768, 13) },
        { null, Clip(string.Empty, 768, 12, 32000) },
        { null, [.. Clip(string.Empty, 768, 12), Tensor("vision_model.embeddings.patch_embedding.weight", 1024, 3, 14, 14)] },
        { null, [.. OpenClip(string.Empty, 1024, 24), Tensor("visual.conv1.weight", 1280, 3, 14, 14)] },
        { null, T5(string.Empty, 12, width: 768) },
        { null, [.. T5(string.Empty), Tensor("decoder.block.0.layer.0.SelfAttention.q.weight", 4096, 4096)] },
    };

    [Theory]
    [MemberData(nameof(TextEncoders))]
    public void A_text_encoder_is_told_by_vocabulary_width_and_depth(string? name, List<TensorInfo> tensors) =>
        Assert.Equal(name, DiffusionVariantDetector.Detect(tensors)?.Name);

    [Theory]
    [InlineData("LoRA (SD 1.x)", "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight 8,768")]
    [InlineData("LoRA (SD 1.x)", "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.down.weight 8,768")]
    [InlineData("LoRA (SD 2.x)", "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_v.lora_down.weight 8,1024")]
    [InlineData("LoRA (SDXL)", "lora_unet_input_blocks_4_1_transformer_blocks_0_attn2_to_k.lora_down.weight 8,2048")]
    [InlineData("LoRA (SDXL)", "unet.up_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight 8,2048")]
    [InlineData("LoRA (SDXL)", "base_model.model.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight 8,2048")]
    [InlineData("LoRA (SDXL)", "lora_unet_up_blocks_0_resnets_0_conv1.alpha\nlora_te2_text_model_encoder_layers_0_mlp_fc1.alpha")]
    [InlineData("LoRA (SD 1.x)", "lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight 4,768")]
    [InlineData("LoRA (SD 2.x)", "lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight 4,1024")]
    [InlineData("LoRA", "lora_te1_text_model_encoder_layers_0_self_attn_q_proj.lora_down.weight 4,768")]
    [InlineData("LoRA", "lora_unet_up_blocks_0_resnets_0_conv1.lora_down.weight 8,640,3,3")]
    [InlineData("LoRA (FLUX.1)", "lora_unet_single_blocks_0_linear1.lora_up.weight 21504,16\nlora_unet_single_blocks_0_linear1.alpha")]
    [InlineData("LoRA (FLUX.1)", "transformer.single_transformer_blocks.3.attn.to_k.lora_A.weight 16,3072")]
    [InlineData("LoRA (FLUX.2)", "diffusion_model.single_blocks.0.linear1.lora_A.weight 16,6144")]
    [InlineData("LoRA (HunyuanVideo)", "diffusion_model.double_blocks.19.img_attn.qkv.lora_A.weight 16,3072")]
    [InlineData("LoRA (SD 3)", "lora_unet_joint_blocks_3_x_block_attn_qkv.lora_down.weight 16,1536")]
    [InlineData("LoRA (SD 3)", "transformer.transformer_blocks.0.attn.add_k_proj.lora_A.weight 16,1536")]
    [InlineData("LoRA (Qwen-Image)", "transformer.transformer_blocks.0.img_mlp.net.2.lora_A.weight 16,12288")]
    [InlineData("LoRA (Wan)", "diffusion_model.blocks.0.cross_attn.k.lora_A.weight 16,5120")]
    [InlineData("LoRA", "lora_unet_down_blocks_0_attentions_0_proj_in.hada_w1_a 320,8")]
    [InlineData(null, "base_model.model.model.layers.4.self_attn.q_proj.lora_A.weight 16,4096")]
    [InlineData(null, "base_model.model.transformer.h.0.attn.c_attn.lora_A.weight 16,768")]
    [InlineData(null, "model.layers.0.self_attn.q_proj.lora_A.weight 16,4096")]
    [InlineData(null, "blk.0.attn_q.weight.lora_a 16,4096")]
    [InlineData(null, "text_encoder.lora_down.weight 8,8")]
    public void An_adapter_is_told_by_what_it_adapts(string? name, string lines)
    {
        DiffusionVariant? found = DiffusionVariantDetector.Detect(Parse(string.Empty, lines));
        Assert.Equal(name, found?.Name);
        Assert.Equal(name is null ? null : DiffusionComponent.Lora, found?.Component);
    }

    [Theory]
    [InlineData("Textual inversion (SD 1.x)", "emb_params 8,768")]
    [InlineData("Textual inversion (SD 2.x)", "emb_params 8,1024")]
    [InlineData("Textual inversion (SDXL)", "clip_g 8,1280\nclip_l 8,768")]
    [InlineData(null, "emb_params 768")]
    [InlineData(null, "emb_params 8,512")]
    [InlineData(null, "clip_l 8,768")]
    public void Learned_tokens_are_told_by_their_width(string? name, string lines) =>
        Assert.Equal(name, DiffusionVariantDetector.Detect(Parse(string.Empty, lines))?.Name);
}
