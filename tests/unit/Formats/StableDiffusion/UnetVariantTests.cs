using Hartonomous.Core.Formats.StableDiffusion;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using static Hartonomous.Tests.Support.DiffusionTensors;

namespace Hartonomous.Tests.Formats.StableDiffusion;

public sealed class UnetVariantTests
{
    private const string Prefix = "model.diffusion_model.";

    // Configurations of ComfyUI's supported_models.py and model_detection.py: input channels, context, added embedding, depths, middle.
    public static TheoryData<string, string, long, long, long?, int[], int, long, int> Variants => new()
    {
        { "SD 1.x", "stable-diffusion-v1", 4, 768, null, SdDepths, 1, 320, 2 },
        { "SD 1.x inpainting", "stable-diffusion-v1", 9, 768, null, SdDepths, 1, 320, 2 },
        { "SD 1.x pix2pix", "stable-diffusion-v1", 8, 768, null, SdDepths, 1, 320, 2 },
        { "SD 1.x distilled", "stable-diffusion-v1", 4, 768, null, [1, 1, 1, 0], 0, 320, 1 },
        { "SD 2.x", "stable-diffusion-v2", 4, 1024, null, SdDepths, 1, 320, 2 },
        { "SD 2.x inpainting", "stable-diffusion-v2", 9, 1024, null, SdDepths, 1, 320, 2 },
        { "SD 2.x depth", "stable-diffusion-v2", 5, 1024, null, SdDepths, 1, 320, 2 },
        { "SD 2.x unCLIP", "stable-diffusion-v2", 4, 1024, 2048, SdDepths, 1, 320, 2 },
        { "SD x4 upscaler", "stable-diffusion-x4-upscaler", 7, 1024, null, [0, 0, 1, 1, 1, 1, 1, 1], 1, 256, 2 },
        { "SDXL base", "sdxl", 4, 2048, 2816, SdxlDepths, 10, 320, 2 },
        { "SDXL inpainting", "sdxl", 9, 2048, 2816, SdxlDepths, 10, 320, 2 },
        { "SDXL pix2pix", "sdxl", 8, 2048, 2816, SdxlDepths, 10, 320, 2 },
        { "SDXL refiner", "sdxl-refiner", 4, 1280, 2560, [0, 0, 4, 4, 4, 4, 0, 0], 4, 384, 2 },
        { "SSD-1B", "sdxl", 4, 2048, 2816, [0, 0, 2, 2, 4, 4], 0, 320, 2 },
        { "Segmind Vega", "sdxl", 4, 2048, 2816, [0, 0, 1, 1, 2, 2], 0, 320, 2 },
        { "KOALA-700M", "sdxl", 4, 2048, 2816, [0, 2, 5], 0, 320, 1 },
        { "KOALA-1B", "sdxl", 4, 2048, 2816, [0, 2, 6], 6, 320, 1 },
        { "SDXL", "sdxl", 4, 2048, 2816, [0, 0, 2, 2, 7, 7], 7, 320, 2 },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_UNet_is_told_by_its_shapes_in_a_checkpoint_alone_and_in_diffusers_layout(
        string name, string architecture, long input, long context, long? added, int[] depths, int middle, long channels, int perLevel)
    {
        DiffusionVariant expected = new(name, architecture, DiffusionComponent.UNet);
        List<TensorInfo> checkpoint =
        [
            .. Unet(Prefix, input, context, added, depths, middle, channels, perLevel),
            .. Vae("first_stage_model.", 4),
            .. Clip("cond_stage_model.transformer.", 768, 12),
            Tensor("alphas_cumprod", 1000),
        ];
        Assert.Equal(expected, DiffusionVariantDetector.Detect(checkpoint));
        Assert.Equal(expected, DiffusionVariantDetector.Detect([.. checkpoint.Reverse<TensorInfo>()]));
        Assert.Equal(expected, DiffusionVariantDetector.Detect(
            [.. checkpoint.Select(tensor => tensor with { Name = "state_dict." + tensor.Name })]));
        Assert.Equal(expected, DiffusionVariantDetector.Detect(
            Unet(string.Empty, input, context, added, depths, middle, channels, perLevel)));

        List<TensorInfo> diffusers = DiffusersUnet(input, context, added, depths, middle, channels, perLevel);
        Assert.Equal(expected, DiffusionVariantDetector.Detect(diffusers));
        Assert.Equal(expected, DiffusionVariantDetector.Detect(
            [.. DiffusersVae(4).In("vae"), .. Clip(string.Empty, 768, 12).In("text_encoder"), .. diffusers.In("unet")]));
    }

    [Fact]
    public void Playground_is_an_SDXL_with_the_mean_of_its_latents()
    {
        List<TensorInfo> tensors = [.. Unet(Prefix, 4, 2048, 2816, SdxlDepths, 10), Tensor("edm_mean", 1, 4, 1, 1)];
        Assert.Equal("SDXL base", DiffusionVariantDetector.Detect(tensors)?.Name);
        Assert.Equal("Playground 2.5", DiffusionVariantDetector.Detect([.. tensors, Tensor("edm_std", 1, 4, 1, 1)])?.Name);
    }

    [Fact]
    public void Video_UNets_come_before_the_models_whose_shapes_they_share()
    {
        List<TensorInfo> video = Unet(Prefix, 8, 1024, 768, SdDepths, 1);
        Assert.Null(DiffusionVariantDetector.Detect(video));
        Assert.Equal("SVD", DiffusionVariantDetector.Detect(
            [.. video, Tensor(Prefix + "input_blocks.8.0.time_mixer.mix_factor", 1)])?.Name);
        Assert.Equal("ModelScope text-to-video", DiffusionVariantDetector.Detect(
            [.. DiffusersUnet(4, 1024, null, SdDepths, 1), Tensor("transformer_in.proj_in.weight", 512, 320)])?.Name);
        Assert.Equal("AnimateDiff", DiffusionVariantDetector.Detect(Parse(string.Empty, """
            down_blocks.0.motion_modules.0.temporal_transformer.norm.weight 320
            up_blocks.2.motion_modules.0.temporal_transformer.norm.weight 640
            """))?.Name);
        Assert.Equal("AnimateDiff SDXL", DiffusionVariantDetector.Detect(Parse(string.Empty, """
            down_blocks.0.motion_modules.0.temporal_transformer.norm.weight 320
            up_blocks.2.motion_modules.0.temporal_transformer.norm.weight 320
            """))?.Name);
    }

    [Theory]
    [InlineData(4, 640, 320)]
    [InlineData(6, 768, 320)]
    [InlineData(4, 768, 128)]
    [InlineData(4, 1280, 320)]
    [InlineData(4, 2048, 320)]
    public void A_UNet_of_no_known_shape_is_none(long input, long context, long channels)
    {
        Assert.Null(DiffusionVariantDetector.Detect(Unet(Prefix, input, context, null, SdDepths, 1, channels)));
        Assert.Null(DiffusionVariantDetector.Detect(DiffusersUnet(input, context, null, SdDepths, 1, channels)));
    }

    [Theory]
    [InlineData("input_blocks.0.0.weight")]
    [InlineData("out.2.weight")]
    [InlineData("input_blocks.0.0.weight", 320L)]
    public void Without_its_decisive_tensors_a_UNet_is_none(string name, params long[] shape)
    {
        List<TensorInfo> tensors = [.. Unet(Prefix, 4, 768, null, SdDepths, 1).Where(tensor => tensor.Name != Prefix + name)];
        Assert.Null(DiffusionVariantDetector.Detect(shape.Length == 0 ? tensors : [.. tensors, Tensor(Prefix + name, shape)]));
    }

    [Theory]
    [InlineData(null, 768L, "ControlNet (SD 1.x)")]
    [InlineData(null, 1024L, "ControlNet (SD 2.x)")]
    [InlineData(2816L, 2048L, "ControlNet (SDXL)")]
    public void ControlNets_come_before_the_checkpoint_around_them(long? added, long context, string name)
    {
        int[] depths = added is null ? SdDepths : SdxlDepths;
        List<TensorInfo> control =
        [
            .. Unet("control_model.", 4, context, added, depths, 1)
                .Where(tensor => !tensor.Name.Contains(".out", StringComparison.Ordinal)),
            Tensor("control_model.input_hint_block.0.weight", 16, 3, 3, 3),
        ];
        List<TensorInfo> diffusers =
        [
            .. DiffusersUnet(4, context, added, depths, 1).Where(tensor => !tensor.Name.StartsWith("conv_out", StringComparison.Ordinal)),
            Tensor("controlnet_cond_embedding.conv_in.weight", 16, 3, 3, 3),
        ];
        Assert.Equal(name, DiffusionVariantDetector.Detect(control)?.Name);
        Assert.Equal(name, DiffusionVariantDetector.Detect([.. Unet(Prefix, 4, context, added, depths, 1), .. control])?.Name);
        Assert.Equal(name, DiffusionVariantDetector.Detect(diffusers)?.Name);
        Assert.Null(DiffusionVariantDetector.Detect(diffusers[..^1]));
    }
}
