using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.StableDiffusion;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using static Hartonomous.Tests.Support.DiffusionTensors;

namespace Hartonomous.Tests.Formats.StableDiffusion;

public sealed class DiffusionComponentTests
{
    [Fact]
    public void The_parts_of_a_checkpoint_are_told_by_their_prefixes()
    {
        Dictionary<string, DiffusionComponent?> components = Components(
            [
                .. Unet("model.diffusion_model.", 4, 2048, 2816, SdxlDepths, 10),
                .. Parse(string.Empty, """
                    first_stage_model.decoder.conv_in.weight 512,4,3,3
                    conditioner.embedders.0.transformer.text_model.final_layer_norm.weight 768
                    conditioner.embedders.1.model.ln_final.weight 1280
                    conditioner.embedders.7.strange.weight 4
                    model_ema.diffusion_modelinput_blocks00weight 320,4,3,3
                    control_model.time_embed.0.weight 1280,320
                    alphas_cumprod 1000
                    """),
            ]);
        Assert.Equal(DiffusionComponent.UNet, components["model.diffusion_model.input_blocks.0.0.weight"]);
        Assert.Equal(DiffusionComponent.Vae, components["first_stage_model.decoder.conv_in.weight"]);
        Assert.Equal(DiffusionComponent.TextEncoder, components["conditioner.embedders.0.transformer.text_model.final_layer_norm.weight"]);
        Assert.Equal(DiffusionComponent.TextEncoder2, components["conditioner.embedders.1.model.ln_final.weight"]);
        Assert.Equal(DiffusionComponent.Unknown, components["conditioner.embedders.7.strange.weight"]);
        Assert.Equal(DiffusionComponent.Ema, components["model_ema.diffusion_modelinput_blocks00weight"]);
        Assert.Equal(DiffusionComponent.ControlNet, components["control_model.time_embed.0.weight"]);
        Assert.Null(components["alphas_cumprod"]);
    }

    [Fact]
    public void The_parts_of_a_transformer_pipeline_are_told_by_their_folders()
    {
        List<TensorInfo> transformer = Parse(string.Empty, """
            x_embedder.weight 3072,64
            time_text_embed.text_embedder.linear_1.weight 3072,768
            single_transformer_blocks.0.proj_mlp.weight 12288,3072
            """);
        Dictionary<string, DiffusionComponent?> components = Components(
            [
                .. transformer.In("transformer"),
                .. Parse(string.Empty, "decoder.conv_in.weight 512,16,3,3").In("vae"),
                .. Parse(string.Empty, "text_model.final_layer_norm.weight 768").In("text_encoder"),
                .. Parse(string.Empty, "shared.weight 32128,4096").In("text_encoder_2"),
                .. Parse(string.Empty, "text_encoder_3.weight 4").In("deep/text_encoder_3"),
                .. Parse(string.Empty, "vision_model.x 4").In("image_encoder"),
                .. Parse(string.Empty, "concept_embeds 17,768").In("safety_checker"),
            ]);
        Assert.Equal(
            [
                DiffusionComponent.Transformer, DiffusionComponent.Transformer, DiffusionComponent.Transformer, DiffusionComponent.Vae,
                DiffusionComponent.TextEncoder, DiffusionComponent.TextEncoder2, DiffusionComponent.TextEncoder3,
                DiffusionComponent.ImageEncoder, DiffusionComponent.SafetyChecker,
            ],
            components.Values);
    }

    [Fact]
    public void A_file_of_one_part_is_all_of_it()
    {
        Assert.Equal([DiffusionComponent.UNet], Components(Unet(string.Empty, 4, 768, null, SdDepths, 1)).Values.Distinct());
        Assert.Equal([DiffusionComponent.Vae], Components(Vae(string.Empty, 4)).Values.Distinct());
        Assert.Equal([DiffusionComponent.TextEncoder], Components(Clip(string.Empty, 768, 12)).Values.Distinct());
        Assert.Equal([DiffusionComponent.TextEncoder3], Components(T5("text_encoders.t5xxl.transformer.")).Values.Distinct());
        Assert.Equal([DiffusionComponent.Lora], Components(Parse(string.Empty, "lora_unet_x.lora_up.weight 8,8")).Values.Distinct());
    }

    [Fact]
    public void A_SafeTensors_checkpoint_opens_with_its_variant_components_and_blocks()
    {
        using TempFolder folder = new();
        ModelMetadata metadata = Open(folder.Write("sd15.safetensors", SafeTensors(
            [.. Unet("model.diffusion_model.", 9, 768, null, SdDepths, 1), Tensor("first_stage_model.quant_conv.weight", 8, 8, 1, 1)])));
        Assert.Equal("SD 1.x inpainting", metadata.Variant);
        Assert.Equal("stable-diffusion-v1", metadata.Architecture);
        Assert.Equal(
            (DiffusionComponent.UNet, LayerType.UNetDown, 2),
            Told(metadata, "model.diffusion_model.input_blocks.2.1.transformer_blocks.0.attn2.to_k.weight"));
        Assert.Equal(
            (DiffusionComponent.UNet, LayerType.UNetMid, null), Told(metadata, "model.diffusion_model.middle_block.0.in_layers.2.weight"));
        Assert.Equal(
            (DiffusionComponent.UNet, LayerType.UNetUp, 0), Told(metadata, "model.diffusion_model.output_blocks.0.0.in_layers.2.weight"));
        Assert.Equal((DiffusionComponent.Vae, LayerType.Vae, null), Told(metadata, "first_stage_model.quant_conv.weight"));
    }

    [Fact]
    public void A_diffusers_folder_opens_with_its_variant_and_keeps_the_architecture_it_names()
    {
        using TempFolder folder = new();
        folder.Write("model_index.json", """{"_class_name": "StableDiffusionXLPipeline"}"""u8);
        folder.Write("unet/diffusion_pytorch_model.safetensors", SafeTensors(DiffusersUnet(4, 2048, 2816, SdxlDepths, 10)));
        folder.Write("vae/diffusion_pytorch_model.safetensors", SafeTensors(DiffusersVae(4)));
        ModelMetadata metadata = Open(folder.Root);
        Assert.Equal("SDXL base", metadata.Variant);
        Assert.Equal("StableDiffusionXLPipeline", metadata.Architecture);
        Assert.Equal(DiffusionComponent.Vae, Told(metadata, "decoder.conv_in.weight").Component);
        Assert.Equal(DiffusionComponent.UNet, Told(metadata, "conv_in.weight").Component);
    }

    [Fact]
    public void A_GGUF_file_keeps_its_own_variant_behind_that_of_the_model()
    {
        GgufBuilder builder = new GgufBuilder()
            .Text("general.architecture", "flux")
            .Add("img_in.weight", 0, [64, 2], GgufBuilder.Bytes(512))
            .Add("vector_in.in_layer.weight", 0, [4, 2], GgufBuilder.Bytes(32))
            .Add("guidance_in.in_layer.weight", 0, [4, 2], GgufBuilder.Bytes(32))
            .Add("double_blocks.0.img_attn.norm.key_norm.scale", 0, [4], GgufBuilder.Bytes(16));
        using TempFolder folder = new();
        ModelMetadata metadata = Open(folder.Write("flux1-dev.gguf", builder.Build()));
        Assert.Equal("FLUX.1 dev (GGUF v3)", metadata.Variant);
        Assert.Equal("flux", metadata.Architecture);
        Assert.All(metadata.Tensors, tensor => Assert.Equal(DiffusionComponent.Transformer, tensor.Component));
    }

    [Fact]
    public void Other_models_keep_what_their_container_says()
    {
        using TempFolder folder = new();
        GgufBuilder llama = new GgufBuilder()
            .Text("general.architecture", "llama")
            .Add("token_embd.weight", 0, [4], GgufBuilder.Bytes(16));
        ModelMetadata metadata = Open(folder.Write("llama.gguf", llama.Build()));
        Assert.Equal("GGUF v3", metadata.Variant);
        Assert.Null(metadata.Tensors[0].Component);
        Assert.Null(Open(folder.Write("x.safetensors", SafeTensorsBuilder.Bytes(("model.layers.0.mlp.up_proj.weight", 4)))).Variant);
    }

    private static Dictionary<string, DiffusionComponent?> Components(List<TensorInfo> tensors) =>
        DiffusionVariantDetector.WithComponents(tensors, DiffusionVariantDetector.Detect(tensors)!)
            .ToDictionary(tensor => tensor.Name, tensor => tensor.Component);

    private static ModelMetadata Open(string path)
    {
        using ModelSource source = ModelReader.Open(Assert.Single(ModelReader.Locate(path)));
        return source.Metadata;
    }

    private static (DiffusionComponent? Component, LayerType LayerType, int? LayerIndex) Told(ModelMetadata metadata, string name)
    {
        TensorInfo tensor = Assert.Single(metadata.Tensors, tensor => tensor.Name == name);
        return (tensor.Component, tensor.LayerType, tensor.LayerIndex);
    }

    // Shapes of full size need no data where a dimension of 0 follows them: only the leading dimensions are looked at.
    private static byte[] SafeTensors(IEnumerable<TensorInfo> tensors)
    {
        IEnumerable<string> entries = tensors.Select(tensor =>
            SafeTensorsBuilder.Tensor(tensor.Name, "F16", $"[{string.Join(",", tensor.Shape.Dimensions)},0]", 0, 0));
        return SafeTensorsBuilder.File($"{{{string.Join(",", entries)}}}");
    }
}
