using System.Collections.Immutable;
using Hartonomous.Core.Models;
using static Hartonomous.Core.Formats.StableDiffusion.DiffusionTest;

namespace Hartonomous.Core.Formats.StableDiffusion;

/// <summary>
/// The tables of variants. In each the first row that holds is taken, so a row may rely on those above it not to hold. Keys are those of
/// the published checkpoints, as diffusers (<c>single_file_utils.py</c>), ComfyUI (<c>model_detection.py</c>) and stable-diffusion.cpp
/// (<c>model_loader.cpp</c>) look for them, and beside them the names that diffusers saves itself. Shapes are row-major: [out, in, ...].
/// </summary>
internal static class DiffusionRules
{
    private const string Sd1 = "stable-diffusion-v1";
    private const string Sd2 = "stable-diffusion-v2";
    private const string Sd3 = "sd3";
    private const string Sdxl = "sdxl";
    private const string Flux = "flux";
    private const string Flux2 = "flux2";
    private const string Wan = "wan";
    private const string AutoencoderKl = "autoencoder-kl";
    private const string ClipText = "clip-text";
    private const DiffusionComponent UNet = DiffusionComponent.UNet;
    private const DiffusionComponent Dit = DiffusionComponent.Transformer;
    private const DiffusionComponent Control = DiffusionComponent.ControlNet;
    private const DiffusionComponent Vae = DiffusionComponent.Vae;
    private const DiffusionComponent Text = DiffusionComponent.TextEncoder;

    // The UNet's first convolution, [model channels, input channels, 3, 3], and its last, which ControlNets and motion modules lack.
    private static readonly ImmutableArray<string> First = ["input_blocks.0.0.weight", "conv_in.weight"];
    private static readonly DiffusionTest HasLast = Has("out.2.weight", "conv_out.weight");

    // The first attention to the text, [channels, width of the text encoding].
    private static readonly ImmutableArray<string> Context =
    [
        .. new[]
        {
            "input_blocks.1.1", "input_blocks.2.1", "input_blocks.3.1", "input_blocks.4.1",
            "down_blocks.0.attentions.0", "down_blocks.1.attentions.0",
        }.Select(block => block + ".transformer_blocks.0.attn2.to_k.weight"),
    ];

    // The embedding of size, crop, pooled text or noised image, [1280, width].
    private static readonly ImmutableArray<string> Added =
        ["label_emb.0.0.weight", "add_embedding.linear_1.weight", "class_embedding.linear_1.weight"];

    private static readonly DiffusionTest HasMiddle =
        Has("middle_block.1.transformer_blocks.0.attn2.to_k.weight", "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight");

    // What makes a FLUX: the double blocks' query-key norm, and the pooled text of CLIP.
    private static readonly DiffusionTest HasFluxBlock = Has(
        "double_blocks.0.img_attn.norm.key_norm.scale", "double_blocks.0.img_attn.norm.key_norm.weight",
        "single_transformer_blocks.0.proj_mlp.weight");
    private static readonly DiffusionTest HasFluxVector = Has("vector_in.in_layer.weight", "time_text_embed.text_embedder.linear_1.weight");
    private static readonly DiffusionTest HasGuidance = Has(
        "guidance_in.in_layer.weight", "guidance_in.in_layer.bias", "time_text_embed.guidance_embedder.linear_1.weight");
    private static readonly DiffusionTest LacksGuidance = HasGuidance with { IsThere = false };
    private static readonly ImmutableArray<string> FluxInput = ["img_in.weight", "x_embedder.weight"];
    private static readonly ImmutableArray<string> FluxText = ["txt_in.weight", "context_embedder.weight"];

    private static readonly DiffusionTest HasChroma =
        Has("distilled_guidance_layer.in_proj.weight", "distilled_guidance_layer.in_proj.bias");
    private static readonly DiffusionTest HasFlux2 = Has(
        "double_stream_modulation_img.lin.weight", "single_stream_modulation.lin.weight", "double_stream_modulation_img.linear.weight");

    private static readonly DiffusionTest HasSd3Block = Has(
        "joint_blocks.0.context_block.adaLN_modulation.1.weight", "joint_blocks.0.context_block.adaLN_modulation.1.bias",
        "transformer_blocks.0.norm1_context.linear.weight");
    private static readonly DiffusionTest HasSd3Patch = Has("x_embedder.proj.weight", "pos_embed.proj.weight");
    private static readonly ImmutableArray<string> Sd3Positions = ["pos_embed", "pos_embed.pos_embed"];
    private static readonly ImmutableArray<string> Sd3Modulation =
        ["joint_blocks.0.context_block.adaLN_modulation.1.bias", "transformer_blocks.0.norm1_context.linear.bias"];

    private static readonly DiffusionTest HasWan = Has("head.modulation", "condition_embedder.text_embedder.linear_1.weight");
    private static readonly DiffusionTest HasWanBlock = Has("blocks.0.cross_attn.norm_k.weight", "blocks.0.scale_shift_table");
    private static readonly ImmutableArray<string> WanPatch = ["patch_embedding.weight"];

    private static readonly ImmutableArray<string> LatentIn = ["decoder.conv_in.weight"];
    private static readonly DiffusionTest HasEncoder = Has("encoder.conv_in.weight");
    private static readonly DiffusionTest HasVaeBlock = Has("decoder.mid.block_1.norm1.weight", "decoder.mid_block.resnets.0.norm1.weight");

    private static readonly ImmutableArray<string> Tokens = ["text_model.embeddings.token_embedding.weight", "token_embedding.weight"];
    private static readonly DiffusionTest HasClipVocabulary = Is(Tokens, 0, 49408);
    private static readonly DiffusionTest LacksVision = Lacks(
        "vision_model.embeddings.patch_embedding.weight", "vision_model.embeddings.class_embedding", "visual.conv1.weight", "visual.proj",
        "visual.class_embedding", "visual_projection.weight");
    private static readonly ImmutableArray<string> T5Tokens = ["shared.weight", "encoder.embed_tokens.weight", "token_embd.weight"];
    private static readonly ImmutableArray<string> T5Query = ["encoder.block.0.layer.0.SelfAttention.q.weight", "enc.blk.0.attn_q.weight"];
    private static readonly DiffusionTest HasT5Depth = Has("encoder.block.23.layer.0.SelfAttention.q.weight", "enc.blk.23.attn_q.weight");
    private static readonly DiffusionTest LacksT5Decoder = Lacks(
        "decoder.block.0.layer.0.SelfAttention.q.weight", "dec.blk.0.attn_q.weight", "encoder.block.24.layer.0.SelfAttention.q.weight");

    /// <summary>ControlNets. They come before the denoisers: the older ones are stored with a whole checkpoint around them.</summary>
    public static ImmutableArray<DiffusionRule> ControlNets { get; } =
    [
        new("ControlNet (FLUX.1)", Flux, Control, Has("controlnet_blocks.0.weight"),
            Has("controlnet_x_embedder.weight", "double_blocks.0.img_attn.norm.key_norm.scale")),
        new("ControlNet (SD 3)", Sd3, Control, Has("controlnet_blocks.0.weight"), Has("pos_embed_input.proj.weight")),
        new("ControlNet (SDXL)", Sdxl, Control, HasHint(), Is(Added, 1, 2816)),
        new("ControlNet (SD 1.x)", Sd1, Control, HasHint(), Is(Context, 1, 768)),
        new("ControlNet (SD 2.x)", Sd2, Control, HasHint(), Is(Context, 1, 1024)),
    ];

    /// <summary>Checkpoints and denoisers.</summary>
    public static ImmutableArray<DiffusionRule> Denoisers { get; } =
    [
        // UNets. Motion modules may lie in a UNet as well; video UNets share their shapes with SD 2.x.
        new("AnimateDiff SDXL", Sdxl, UNet, HasMotion(), Is(["up_blocks.2.motion_modules.0.temporal_transformer.norm.weight"], 0, 320)),
        new("AnimateDiff", Sd1, UNet, HasMotion()),
        new("SVD", "stable-video-diffusion", UNet, HasLast, Is(First, 1, 8),
            Has("input_blocks.8.0.time_mixer.mix_factor", "down_blocks.0.resnets.0.time_mixer.mix_factor")),
        new("ModelScope text-to-video", "text-to-video-ms", UNet, HasLast, Is(Context, 1, 1024),
            Has("transformer_in.proj_in.weight", "input_blocks.0.1.proj_in.weight")),
        new("SDXL inpainting", Sdxl, UNet, HasLast, Is(First, 1, 9), Is(Context, 1, 2048), Is(Added, 1, 2816)),
        new("SDXL pix2pix", Sdxl, UNet, HasLast, Is(First, 1, 8), Is(Context, 1, 2048), Is(Added, 1, 2816)),
        new("SDXL refiner", "sdxl-refiner", UNet, HasLast, Is(First, 0, 384), Is(Context, 1, 1280), Is(Added, 1, 2560)),
        .. SdxlRows(),
        new("SD x4 upscaler", "stable-diffusion-x4-upscaler", UNet, HasLast, Is(First, 1, 7), Is(Context, 1, 1024)),
        new("SD 2.x inpainting", Sd2, UNet, HasLast, Is(First, 0, 320), Is(First, 1, 9), Is(Context, 1, 1024)),
        new("SD 2.x depth", Sd2, UNet, HasLast, Is(First, 0, 320), Is(First, 1, 5), Is(Context, 1, 1024)),
        new("SD 2.x unCLIP", Sd2, UNet, HasLast, Is(First, 0, 320), Is(First, 1, 4), Is(Context, 1, 1024), Has(Added)),
        new("SD 2.x", Sd2, UNet, HasLast, Is(First, 0, 320), Is(First, 1, 4), Is(Context, 1, 1024), HasMiddle),
        new("SD 2.x distilled", Sd2, UNet, HasLast, Is(First, 0, 320), Is(First, 1, 4), Is(Context, 1, 1024)),
        new("SD 1.x inpainting", Sd1, UNet, HasLast, Is(First, 0, 320), Is(First, 1, 9), Is(Context, 1, 768)),
        new("SD 1.x pix2pix", Sd1, UNet, HasLast, Is(First, 0, 320), Is(First, 1, 8), Is(Context, 1, 768)),
        new("SD 1.x", Sd1, UNet, HasLast, Is(First, 0, 320), Is(First, 1, 4), Is(Context, 1, 768), HasMiddle),
        new("SD 1.x distilled", Sd1, UNet, HasLast, Is(First, 0, 320), Is(First, 1, 4), Is(Context, 1, 768)),
        new("Stable Cascade C lite", "stable-cascade", UNet, Has("clf.1.weight"), Is(["clip_txt_mapper.weight"], 0, 1536)),
        new("Stable Cascade C", "stable-cascade", UNet, Has("clf.1.weight"), Is(["clip_txt_mapper.weight"], 0, 2048)),
        new("Stable Cascade B lite", "stable-cascade", UNet, Has("clf.1.weight"), Is(["down_blocks.1.0.channelwise.0.weight"], -1, 576)),
        new("Stable Cascade B", "stable-cascade", UNet, Has("clf.1.weight"), Is(["down_blocks.1.0.channelwise.0.weight"], -1, 640)),

        // Transformers with joint blocks. Depth tells 3.5 large; its table of positions is that of 3 medium.
        new("SD 3.5 large", Sd3, Dit, HasSd3Block, HasSd3Patch,
            Has("joint_blocks.37.x_block.mlp.fc1.weight", "transformer_blocks.37.norm1.linear.weight")),
        new("SD 3.5 medium", Sd3, Dit, HasSd3Block, HasSd3Patch, Is(Sd3Positions, 1, 147456)),
        new("SD 3.5 medium", Sd3, Dit, HasSd3Block, HasSd3Patch,
            Has("joint_blocks.0.x_block.attn2.qkv.weight", "transformer_blocks.0.attn2.to_q.weight")),
        new("SD 3 medium", Sd3, Dit, HasSd3Block, HasSd3Patch, Is(Sd3Modulation, 0, 9216), Is(Sd3Positions, 1, 36864)),
        new("SD 3", Sd3, Dit, HasSd3Block, HasSd3Patch),

        // Transformers with double and single blocks: FLUX, and first those that are like it.
        new("HunyuanVideo", "hunyuan-video", Dit, Has(
            "txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.bias",
            "txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.weight",
            "context_embedder.token_refiner.refiner_blocks.0.attn.to_q.weight")),
        new("FLUX.2 dev", Flux2, Dit, HasFlux2, Has("single_blocks.47.linear1.weight", "single_transformer_blocks.47.attn.to_out.weight")),
        new("FLUX.2 Klein", Flux2, Dit, HasFlux2, Has("single_blocks.0.linear1.weight", "single_transformer_blocks.0.attn.to_out.weight")),
        new("Chroma Radiance", "chroma", Dit, HasChroma, Has(
            "nerf_final_layer_conv.norm.scale", "nerf_final_layer_conv.norm.weight",
            "nerf_blocks.0.norm.scale", "nerf_blocks.0.norm.weight")),
        new("Chroma", "chroma", Dit, HasChroma, HasFluxBlock),
        new("Ovis-Image", "ovis-image", Dit, HasFluxBlock, Has("double_blocks.0.img_mlp.gate_proj.weight", "context_embedder_norm.weight")),
        new("LongCat-Image", "longcat-image", Dit, HasFluxBlock, Is(FluxText, -1, 3584)),
        new("FLUX.1 Fill", Flux, Dit, HasFluxBlock, HasFluxVector, Is(FluxInput, -1, 384)),
        new("FLUX.1 Depth or Canny", Flux, Dit, HasFluxBlock, HasFluxVector, Is(FluxInput, -1, 128)),
        new("Flex.2", Flux, Dit, HasFluxBlock, HasFluxVector, Is(FluxInput, -1, 196)),
        new("FLUX.1 dev", Flux, Dit, HasFluxBlock, HasFluxVector, Is(FluxInput, -1, 64), HasGuidance),
        new("FLUX.1 schnell", Flux, Dit, HasFluxBlock, HasFluxVector, Is(FluxInput, -1, 64), LacksGuidance),
        new("FLUX.1", Flux, Dit, HasFluxBlock, HasFluxVector),
        new("FLUX.1 Redux", Flux, DiffusionComponent.ImageEncoder, Has("redux_up.weight"), Has("redux_down.weight")),

        // Other transformers.
        new("Qwen-Image", "qwen-image", Dit, Has("transformer_blocks.0.img_mod.1.weight"), Is(["img_in.weight"], -1, 64)),
        new("Wan VACE", Wan, Dit, HasWan, HasWanBlock,
            Has("vace_blocks.0.after_proj.weight", "vace_blocks.0.after_proj.bias", "vace_blocks.0.proj_out.weight")),
        new("Wan Animate", Wan, Dit, HasWan, HasWanBlock,
            Has("motion_encoder.dec.direction.weight", "motion_encoder.motion_synthesis_weight")),
        new("Wan T2V 1.3B", Wan, Dit, HasWan, HasWanBlock, Is(WanPatch, 0, 1536), Is(WanPatch, 1, 16)),
        new("Wan T2V 14B", Wan, Dit, HasWan, HasWanBlock, Is(WanPatch, 0, 5120), Is(WanPatch, 1, 16)),
        new("Wan 2.2 TI2V 5B", Wan, Dit, HasWan, HasWanBlock, Is(WanPatch, 0, 3072), Is(WanPatch, 1, 48)),
        new("Wan 2.1 I2V 14B", Wan, Dit, HasWan, HasWanBlock, Is(WanPatch, 0, 5120), Is(WanPatch, 1, 36),
            Has("img_emb.proj.1.weight", "condition_embedder.image_embedder.ff.net.0.proj.weight")),
        new("Wan 2.2 I2V 14B", Wan, Dit, HasWan, HasWanBlock, Is(WanPatch, 0, 5120), Is(WanPatch, 1, 36)),
        new("Wan", Wan, Dit, HasWan, HasWanBlock),
        new("LTX-2", "ltx2", Dit,
            Has("adaln_single.emb.timestep_embedder.linear_1.bias", "time_embed.emb.timestep_embedder.linear_1.bias"),
            Has("audio_adaln_single.linear.weight", "audio_time_embed.linear.weight")),
        new("LTX-Video", "ltx-video", Dit,
            Has("adaln_single.emb.timestep_embedder.linear_1.bias", "time_embed.emb.timestep_embedder.linear_1.bias"),
            Has("patchify_proj.weight", "proj_in.weight"), Has("transformer_blocks.0.scale_shift_table")),
        new("Z-Image", "z-image", Dit, Has("layers.0.adaLN_modulation.0.weight"), Has("cap_embedder.0.weight")),
        new("Lumina 2", "lumina2", Dit, Has("cap_embedder.0.weight", "time_caption_embed.caption_embedder.0.weight"),
            Is(["cap_embedder.1.weight", "time_caption_embed.caption_embedder.1.weight"], 0, 2304)),
        new("AuraFlow", "auraflow", Dit, Has("double_layers.0.attn.w1q.weight"), Has("cond_seq_linear.weight")),
        new("HiDream", "hidream", Dit, Has("double_stream_blocks.0.block.adaLN_modulation.1.bias")),
        new("HunyuanDiT", "hunyuan-dit", Dit, Has("mlp_t5.0.weight"), Has("x_embedder.proj.weight")),
        new("Mochi 1", "mochi", Dit, Has("blocks.0.attn.qkv_x.weight")),
        new("Sana", "sana", Dit, Has("attention_y_norm.weight"), Has("blocks.0.cross_attn.q_linear.weight"),
            Has("blocks.0.cross_attn.kv_linear.weight")),
        new("PixArt alpha", "pixart", Dit, Has("t_block.1.weight"), Has("y_embedder.y_proj.fc1.weight"), Has("ar_embedder.mlp.0.weight")),
        new("PixArt sigma", "pixart", Dit, Has("t_block.1.weight"), Has("y_embedder.y_proj.fc1.weight")),
    ];

    /// <summary>Autoencoders, told by the channels of their latents. SD 1, 2 and SDXL share their shapes, as do SD 3 and FLUX.1.</summary>
    public static ImmutableArray<DiffusionRule> Autoencoders { get; } =
    [
        new("VAE (SVD)", AutoencoderKl, Vae, HasEncoder, Is(LatentIn, 1, 4),
            Has("decoder.time_conv_out.weight", "decoder.conv_out.time_mix_conv.weight")),
        new("VAE (SD 1.x, 2.x or SDXL)", AutoencoderKl, Vae, HasEncoder, HasVaeBlock, Is(["encoder.conv_in.weight"], 1, 3),
            Is(LatentIn, 0, 512), Is(LatentIn, 1, 4)),
        new("VAE (SD 3 or FLUX.1)", AutoencoderKl, Vae, HasEncoder, HasVaeBlock, Is(["encoder.conv_in.weight"], 1, 3),
            Is(LatentIn, 0, 512), Is(LatentIn, 1, 16)),
        new("VAE (FLUX.2)", AutoencoderKl, Vae, HasEncoder, HasVaeBlock, Is(["encoder.conv_in.weight"], 1, 3), Is(LatentIn, 0, 512),
            Is(LatentIn, 1, 32)),
        new("VAE (Wan or Qwen-Image)", "autoencoder-wan", Vae,
            Has("decoder.middle.0.residual.0.gamma", "decoder.mid_block.resnets.0.norm1.gamma"),
            Has("encoder.conv1.weight", "encoder.conv_in.weight")),
        new("VAE (LTX-Video)", "autoencoder-ltx", Vae, Has("encoder.conv_in.conv.weight"),
            Has("decoder.last_scale_shift_table", "decoder.up_blocks.9.res_blocks.0.conv1.conv.weight")),
        new("VAE (Stable Cascade A)", "stable-cascade", Vae, Has("vquantizer.codebook.weight"), Has("in_block.1.weight")),
    ];

    /// <summary>Text encoders alone. With a vision tower or a decoder beside them they are models of their own kind.</summary>
    public static ImmutableArray<DiffusionRule> TextEncoders { get; } =
    [
        new("Text encoder (CLIP-L)", ClipText, Text, HasClipVocabulary, Is(Tokens, 1, 768), HasClipDepth(11), LacksClipDepth(12),
            LacksVision),
        new("Text encoder (OpenCLIP-H)", ClipText, Text, HasClipVocabulary, Is(Tokens, 1, 1024), HasClipDepth(22), LacksClipDepth(24),
            LacksVision),
        new("Text encoder (CLIP-G)", ClipText, Text, HasClipVocabulary, Is(Tokens, 1, 1280), HasClipDepth(31), LacksClipDepth(32),
            LacksVision),
        new("Text encoder (T5-XXL)", "t5-encoder", Text, Is(T5Tokens, 0, 32128), Is(T5Tokens, 1, 4096), Is(T5Query, 0, 4096), HasT5Depth,
            LacksT5Decoder),
        new("Text encoder (UMT5-XXL)", "t5-encoder", Text, Is(T5Tokens, 0, 256384), Is(T5Tokens, 1, 4096), Is(T5Query, 0, 4096),
            HasT5Depth, LacksT5Decoder),
    ];

    /// <summary>Learned tokens, <c>[vectors, width]</c>: the files that stable-diffusion-webui and kohya's scripts write.</summary>
    public static ImmutableArray<DiffusionRule> TextualInversions { get; } =
    [
        new("Textual inversion (SDXL)", Sdxl, DiffusionComponent.TextualInversion, Is(["clip_l"], 1, 768), Is(["clip_g"], 1, 1280)),
        new("Textual inversion (SD 1.x)", Sd1, DiffusionComponent.TextualInversion, Is(["emb_params", "string_to_param.*"], 1, 768)),
        new("Textual inversion (SD 2.x)", Sd2, DiffusionComponent.TextualInversion, Is(["emb_params", "string_to_param.*"], 1, 1024)),
    ];

    /// <summary>All rows of all tables.</summary>
    public static IEnumerable<DiffusionRule> All =>
        [.. ControlNets, .. Denoisers, .. Autoencoders, .. TextEncoders, .. TextualInversions, PlaygroundMark];

    /// <summary>The mean of the latents, which Playground 2.5 keeps outside of all parts of a checkpoint.</summary>
    public static DiffusionRule PlaygroundMark { get; } = new("Playground 2.5", Sdxl, UNet, Has("edm_mean"), Has("edm_std"));

    // The SDXL family by the depth of its deepest blocks; KOALA has one block a level where the others have two.
    private static DiffusionRule[] SdxlRows()
    {
        DiffusionTest[] family = [HasLast, Is(First, 0, 320), Is(First, 1, 4), Is(Context, 1, 2048), Is(Added, 1, 2816)];
        DiffusionRule Row(string name, int depth) => new(name, Sdxl, UNet, [.. family, HasDepth(depth), LacksDepth(depth + 1)]);
        return
        [
            Row("SDXL base", 10), Row("KOALA-1B", 6), Row("KOALA-700M", 5), Row("SSD-1B", 4), Row("Segmind Vega", 2),
            new("SDXL", Sdxl, UNet, [.. family]),
        ];
    }

    private static DiffusionTest HasDepth(int depth) => Has(DeepestBlock(depth - 1));

    private static DiffusionTest LacksDepth(int depth) => Lacks(DeepestBlock(depth - 1));

    private static ImmutableArray<string> DeepestBlock(int i)
    {
        string rest = $".transformer_blocks.{i}.attn2.to_k.weight";
        ImmutableArray<string> names = ["input_blocks.7.1" + rest, "down_blocks.2.attentions.0" + rest];
        return i < 4 ? names : names.Add("input_blocks.5.1" + rest);
    }

    private static DiffusionTest HasHint() => Has("input_hint_block.0.weight", "controlnet_cond_embedding.conv_in.weight");

    private static DiffusionTest HasMotion() => Has(
        "down_blocks.0.motion_modules.0.temporal_transformer.transformer_blocks.0.attention_blocks.0.pos_encoder.pe",
        "down_blocks.0.motion_modules.0.temporal_transformer.norm.weight", "down_blocks.0.motion_modules.0.norm.weight");

    private static DiffusionTest HasClipDepth(int i) => Has(ClipLayer(i));

    private static DiffusionTest LacksClipDepth(int i) => Lacks(ClipLayer(i));

    private static ImmutableArray<string> ClipLayer(int i) =>
        [$"text_model.encoder.layers.{i}.layer_norm1.weight", $"transformer.resblocks.{i}.ln_1.weight"];
}
