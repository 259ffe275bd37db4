using Hartonomous.Core.Formats.StableDiffusion;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using static Hartonomous.Tests.Support.DiffusionTensors;

namespace Hartonomous.Tests.Formats.StableDiffusion;

public sealed class TransformerVariantTests
{
    private const string Flux = """
        img_in.weight 3072,64
        txt_in.weight 3072,4096
        time_in.in_layer.weight 3072,256
        vector_in.in_layer.weight 3072,768
        double_blocks.0.img_attn.norm.key_norm.scale 128
        double_blocks.0.img_attn.qkv.weight 9216,3072
        double_blocks.18.txt_mlp.2.weight 3072,12288
        single_blocks.0.linear1.weight 21504,3072
        single_blocks.37.linear2.weight 3072,15360
        final_layer.linear.weight 64,3072
        """;

    private const string FluxGuided = Flux + "\nguidance_in.in_layer.weight 3072,256\nguidance_in.in_layer.bias 3072\n";

    private const string Sd3 = """
        x_embedder.proj.weight 1536,16,2,2
        context_embedder.weight 1536,4096
        joint_blocks.0.context_block.attn.qkv.weight 4608,1536
        joint_blocks.0.context_block.adaLN_modulation.1.bias 9216
        joint_blocks.23.x_block.mlp.fc1.weight 6144,1536
        final_layer.linear.weight 64,1536
        """;

    private const string Wan = """
        patch_embedding.weight 5120,16,1,2,2
        text_embedding.0.weight 5120,4096
        blocks.0.cross_attn.norm_k.weight 5120
        blocks.39.ffn.0.weight 13824,5120
        head.modulation 1,2,5120
        head.head.weight 64,5120
        """;

    public static TheoryData<string, string, string> Variants => new()
    {
        { "SD 3 medium", "sd3", Sd3 + "\npos_embed 1,36864,1536" },
        { "SD 3.5 medium", "sd3", Sd3 + "\npos_embed 1,147456,1536" },
        { "SD 3.5 medium", "sd3", Sd3 + "\njoint_blocks.0.x_block.attn2.qkv.weight 4608,1536" },
        { "SD 3.5 large", "sd3", Sd3 + "\njoint_blocks.37.x_block.mlp.fc1.weight 9728,2432\npos_embed 1,36864,2432" },
        { "SD 3", "sd3", Sd3 + "\npos_embed 1,9216,1536" },
        { "FLUX.1 dev", "flux", FluxGuided },
        { "FLUX.1 schnell", "flux", Flux },
        { "FLUX.1 Fill", "flux", FluxGuided.Replace("img_in.weight 3072,64", "img_in.weight 3072,384", StringComparison.Ordinal) },
        { "FLUX.1 Depth or Canny", "flux", FluxGuided.Replace("3072,64", "3072,128", StringComparison.Ordinal) },
        { "Flex.2", "flux", FluxGuided.Replace("img_in.weight 3072,64", "img_in.weight 3072,196", StringComparison.Ordinal) },
        { "FLUX.1", "flux", FluxGuided.Replace("img_in.weight 3072,64", "img_in.weight 98304,1", StringComparison.Ordinal) },
        { "LongCat-Image", "longcat-image", Flux.Replace("txt_in.weight 3072,4096", "txt_in.weight 3072,3584", StringComparison.Ordinal) },
        { "Ovis-Image", "ovis-image", Flux + "\ndouble_blocks.0.img_mlp.gate_proj.weight 12288,3072" },
        {
            "FLUX.2 dev", "flux2",
            "double_stream_modulation_img.lin.weight 36864,6144\n" +
            "single_blocks.0.linear1.weight 55296,6144\n" +
            "single_blocks.47.linear1.weight 55296,6144"
        },
        {
            "FLUX.2 Klein", "flux2",
            "double_stream_modulation_img.lin.weight 18432,3072\n" +
            "single_blocks.0.linear1.weight 27648,3072\n" +
            "single_blocks.19.linear1.weight 27648,3072"
        },
        { "Chroma", "chroma", Flux + "\ndistilled_guidance_layer.in_proj.bias 5120" },
        { "Chroma Radiance", "chroma", Flux + "\ndistilled_guidance_layer.in_proj.bias 5120\nnerf_final_layer_conv.norm.scale 64" },
        { "HunyuanVideo", "hunyuan-video", FluxGuided + "\ntxt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.bias 6144" },
        {
            "Qwen-Image", "qwen-image",
            "img_in.weight 3072,64\n" +
            "transformer_blocks.0.img_mod.1.weight 18432,3072\n" +
            "transformer_blocks.0.attn.add_k_proj.weight 3072,3072"
        },
        { "Wan T2V 14B", "wan", Wan },
        { "Wan T2V 1.3B", "wan", Wan.Replace("5120,16", "1536,16", StringComparison.Ordinal) },
        { "Wan 2.2 TI2V 5B", "wan", Wan.Replace("5120,16", "3072,48", StringComparison.Ordinal) },
        { "Wan 2.2 I2V 14B", "wan", Wan.Replace("5120,16", "5120,36", StringComparison.Ordinal) },
        { "Wan 2.1 I2V 14B", "wan", Wan.Replace("5120,16", "5120,36", StringComparison.Ordinal) + "\nimg_emb.proj.1.weight 1280,1280" },
        { "Wan VACE", "wan", Wan + "\nvace_blocks.0.after_proj.bias 5120" },
        { "Wan", "wan", Wan.Replace("5120,16", "2048,16", StringComparison.Ordinal) },
        {
            "LTX-Video", "ltx-video",
            "patchify_proj.weight 2048,128\n" +
            "adaln_single.emb.timestep_embedder.linear_1.bias 2048\n" +
            "transformer_blocks.0.scale_shift_table 6,2048"
        },
        {
            "LTX-2", "ltx2",
            "patchify_proj.weight 4096,128\n" +
            "adaln_single.emb.timestep_embedder.linear_1.bias 4096\n" +
            "audio_adaln_single.linear.weight 12288,2048\n" +
            "transformer_blocks.0.scale_shift_table 6,4096"
        },
        {
            "Lumina 2", "lumina2",
            "cap_embedder.0.weight 2304\n" +
            "cap_embedder.1.weight 2304,2304\n" +
            "layers.0.adaLN_modulation.1.weight 9216,1024"
        },
        {
            "Z-Image", "z-image",
            "cap_embedder.0.weight 2560\n" +
            "cap_embedder.1.weight 3840,2560\n" +
            "layers.0.adaLN_modulation.0.weight 15360,256"
        },
        { "AuraFlow", "auraflow", "double_layers.0.attn.w1q.weight 3072,3072\ncond_seq_linear.weight 3072,2048" },
        { "HiDream", "hidream", "double_stream_blocks.0.block.adaLN_modulation.1.bias 30720" },
        { "HunyuanDiT", "hunyuan-dit", "mlp_t5.0.weight 8192,2048\nx_embedder.proj.weight 1408,4,2,2" },
        { "Mochi 1", "mochi", "blocks.0.attn.qkv_x.weight 9216,3072\nt5_yproj.weight 1536,4096" },
        {
            "Sana", "sana",
            "attention_y_norm.weight 2240\n" +
            "blocks.0.cross_attn.q_linear.weight 2240,2240\n" +
            "blocks.0.cross_attn.kv_linear.weight 4480,2240"
        },
        {
            "PixArt sigma", "pixart",
            "t_block.1.weight 6912,1152\n" +
            "y_embedder.y_proj.fc1.weight 1152,4096\n" +
            "blocks.0.cross_attn.q_linear.weight 1152,1152"
        },
        {
            "PixArt alpha", "pixart",
            "t_block.1.weight 6912,1152\n" +
            "y_embedder.y_proj.fc1.weight 1152,4096\n" +
            "ar_embedder.mlp.0.weight 384,256"
        },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_transformer_is_told_by_its_keys_in_a_checkpoint_and_alone(string name, string architecture, string lines)
    {
        DiffusionVariant expected = new(name, architecture, DiffusionComponent.Transformer);
        Assert.Equal(expected, DiffusionVariantDetector.Detect(Parse("model.diffusion_model.", lines)));
        Assert.Equal(expected, DiffusionVariantDetector.Detect([.. Parse(string.Empty, lines).Reverse<TensorInfo>()]));
        Assert.Equal(expected, DiffusionVariantDetector.Detect(
            [.. Parse("model.diffusion_model.", lines), .. Vae("vae.", 16), .. T5("text_encoders.t5xxl.transformer.")]));
    }

    [Theory]
    [InlineData("Stable Cascade C", "clip_txt_mapper.weight 2048,1280")]
    [InlineData("Stable Cascade C lite", "clip_txt_mapper.weight 1536,1280")]
    [InlineData("Stable Cascade B", "down_blocks.1.0.channelwise.0.weight 2560,640")]
    [InlineData("Stable Cascade B lite", "down_blocks.1.0.channelwise.0.weight 2304,576")]
    public void The_stages_of_Stable_Cascade_are_told_by_width(string name, string line)
    {
        Assert.Equal(name, DiffusionVariantDetector.Detect(Parse(string.Empty, line + "\nclf.1.weight 64,2048,1,1"))?.Name);
        Assert.Null(DiffusionVariantDetector.Detect(Parse(string.Empty, line)));
    }

    [Theory]
    [InlineData("FLUX.1 dev", """
        x_embedder.weight 3072,64
        context_embedder.weight 3072,4096
        time_text_embed.text_embedder.linear_1.weight 3072,768
        time_text_embed.guidance_embedder.linear_1.weight 3072,256
        single_transformer_blocks.0.proj_mlp.weight 12288,3072
        """)]
    [InlineData("FLUX.1 schnell", """
        x_embedder.weight 3072,64
        time_text_embed.text_embedder.linear_1.weight 3072,768
        single_transformer_blocks.0.proj_mlp.weight 12288,3072
        """)]
    [InlineData("SD 3 medium", """
        pos_embed.proj.weight 1536,16,2,2
        pos_embed.pos_embed 1,36864,1536
        transformer_blocks.0.norm1_context.linear.weight 9216,1536
        transformer_blocks.0.norm1_context.linear.bias 9216
        """)]
    [InlineData("SD 3.5 medium", """
        pos_embed.proj.weight 1536,16,2,2
        pos_embed.pos_embed 1,147456,1536
        transformer_blocks.0.norm1_context.linear.weight 9216,1536
        """)]
    [InlineData("SD 3.5 large", """
        pos_embed.proj.weight 2432,16,2,2
        pos_embed.pos_embed 1,36864,2432
        transformer_blocks.0.norm1_context.linear.weight 14592,2432
        transformer_blocks.37.norm1.linear.weight 14592,2432
        """)]
    public void The_names_of_diffusers_tell_the_same(string name, string lines)
    {
        Assert.Equal(name, DiffusionVariantDetector.Detect(Parse(string.Empty, lines))?.Name);
        Assert.Equal(name, DiffusionVariantDetector.Detect([.. Parse(string.Empty, lines).In("transformer"), .. DiffusersVae(16)
            .In("vae")])?.Name);
    }

    [Theory]
    [InlineData("double_blocks.0.img_attn.norm.key_norm.scale 128")]
    [InlineData("vector_in.in_layer.weight 3072,768")]
    [InlineData("transformer_blocks.0.img_mod.1.weight 18432,3072\nimg_in.weight 3072,128")]
    [InlineData("head.modulation 1,2,5120")]
    [InlineData("cap_embedder.0.weight 2304\ncap_embedder.1.weight 2048,2304")]
    [InlineData("layers.0.adaLN_modulation.0.weight 15360,256")]
    [InlineData("adaln_single.emb.timestep_embedder.linear_1.bias 1152\npos_embed.proj.bias 1152")]
    [InlineData("xdouble_blocks.0.img_attn.norm.key_norm.scale 128\nvector_in.in_layer.weight 3072,768")]
    [InlineData("joint_blocks.0.context_block.adaLN_modulation.1.bias 9216")]
    public void One_key_of_a_variant_is_not_enough(string lines) =>
        Assert.Null(DiffusionVariantDetector.Detect(Parse(string.Empty, lines)));
}
