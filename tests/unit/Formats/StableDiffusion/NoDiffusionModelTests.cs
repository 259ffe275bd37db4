using Hartonomous.Core.Formats.StableDiffusion;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;
using static Hartonomous.Tests.Support.DiffusionTensors;

namespace Hartonomous.Tests.Formats.StableDiffusion;

public sealed class NoDiffusionModelTests
{
    // Headings of the table whose names are those of diffusion models and of adapters for them.
    private static readonly string[] DiffusionHeadings = ["# Stable Diffusion", "# FLUX", "# adapters"];

    public static TheoryData<string, string> Models => new()
    {
        {
            "Llama",
            "model.embed_tokens.weight 32000,4096\n" +
            "model.layers.0.self_attn.q_proj.weight 4096,4096\n" +
            "model.layers.0.mlp.up_proj.weight 11008,4096\n" +
            "lm_head.weight 32000,4096"
        },
        { "Llama GGUF", "token_embd.weight 32000,4096\nblk.0.attn_q.weight 4096,4096\noutput.weight 32000,4096" },
        {
            "BERT",
            "bert.embeddings.word_embeddings.weight 30522,768\n" +
            "encoder.layer.0.attention.self.query.weight 768,768\n" +
            "pooler.dense.weight 768,768"
        },
        { "GPT-2", "transformer.wte.weight 50257,768\ntransformer.h.0.attn.c_attn.weight 768,2304" },
        {
            "ViT",
            "vit.embeddings.patch_embeddings.projection.weight 768,3,16,16\n" +
            "vit.encoder.layer.0.attention.attention.query.weight 768,768\n" +
            "classifier.weight 1000,768"
        },
        { "timm ViT", "patch_embed.proj.weight 768,3,16,16\npos_embed 1,197,768\nblocks.0.attn.qkv.weight 2304,768" },
        { "ResNet", "conv1.weight 64,3,7,7\nlayer1.0.conv1.weight 64,64,1,1\nfc.weight 1000,2048" },
        {
            "U-Net for segmentation",
            "encoder.conv_in.weight 64,3,3,3\n" +
            "decoder.conv_in.weight 512,256,3,3\n" +
            "down_blocks.0.conv1.weight 64,64,3,3"
        },
        { "Whisper", "model.encoder.conv1.weight 512,80,3\nmodel.decoder.layers.0.self_attn.q_proj.weight 512,512" },
        { "T5 base", "shared.weight 32128,768\nencoder.block.0.layer.0.SelfAttention.q.weight 768,768" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void Other_models_are_none(string model, string lines)
    {
        DiffusionVariant? found = DiffusionVariantDetector.Detect(Parse(string.Empty, lines));
        Assert.True(found is null, $"{model} was taken for {found}");
    }

    [Theory]
    [InlineData("4, 768")]
    [InlineData("320, 4, 3, 3")]
    [InlineData("49408, 768")]
    [InlineData("32128, 4096")]
    [InlineData("4096, 4096")]
    [InlineData("8")]
    [InlineData("")]
    public void No_name_of_other_models_makes_a_diffusion_model_whatever_its_shape(string shape)
    {
        List<TensorInfo> all = [];
        bool isOther = true;
        foreach (string line in File.ReadLines(TestData.Local("layers/names.tsv")))
        {
            isOther = line.StartsWith('#')
                ? !DiffusionHeadings.Any(heading => line.StartsWith(heading, StringComparison.Ordinal))
                : isOther;
            if (isOther && !line.StartsWith('#') && line.Split('\t')[0] is { Length: > 0 } name)
            {
                all.Add(Tensor(name) with { Shape = TensorShape.Parse(shape) });
                Assert.Null(DiffusionVariantDetector.Detect([all[^1]]));
            }
        }

        Assert.True(all.Count > 400);
        Assert.Null(DiffusionVariantDetector.Detect(all));
    }

    [Fact]
    public void Nothing_is_none() => Assert.Null(DiffusionVariantDetector.Detect([]));

    [Fact]
    public void Names_that_only_look_like_prefixes_do_no_harm()
    {
        string[] names =
        [
            string.Empty, ".", "..", "model.", "model.diffusion_model.", "state_dict.",
            "state_dict.module._orig_mod.model.diffusion_model.",
            "first_stage_model.", ".lora_A.", "lora_unet_", "lora_unet_.lora_down.weight", "unet..lora_down.weight",
            "transformer_.lora_A.x",
            "transformer_transformer_transformer_.lora_up.weight", "down_blocks_99999999999999999999_.lora_up.", "\0", "\ud800", "te.",
            new string('.', 5000), "model.diffusion_model." + new string('a', 100_000),
            string.Concat(Enumerable.Repeat("transformer_", 5000)),
        ];
        foreach (string name in names)
        {
            foreach (long[] shape in new long[][] { [], [0], [0, 0], [long.MaxValue], [1, 2, 3, 4, 5, 6, 7] })
            {
                TensorInfo tensor = Tensor("x") with { Name = name, Shape = new TensorShape(shape), File = "/unet/" };
                DiffusionVariant? found = DiffusionVariantDetector.Detect([tensor]);
                Assert.True(found is null or { Name: "LoRA" }, $"{name} was taken for {found}");
            }
        }
    }

    [Fact]
    public void Decisive_tensors_without_their_dimensions_decide_nothing()
    {
        List<TensorInfo> tensors =
        [
            .. Unet("model.diffusion_model.", 4, 768, null, SdDepths, 1).Select(tensor => tensor with { Shape = new TensorShape() }),
        ];
        Assert.Null(DiffusionVariantDetector.Detect(tensors));
    }

    [Fact]
    public void A_hundred_thousand_tensors_cost_memory_for_the_known_names_only()
    {
        List<TensorInfo> tensors =
        [
            .. Enumerable.Range(0, 100_000).Select(i => Tensor($"model.diffusion_model.blocks.{i}.attn2.to_k.weight", 320, 768)),
            .. Unet("model.diffusion_model.", 4, 768, null, SdDepths, 1),
        ];
        Assert.Equal("SD 1.x", DiffusionVariantDetector.Detect(tensors)?.Name);
        tensors.RemoveAll(tensor => tensor.Name.EndsWith("out.2.weight", StringComparison.Ordinal));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(DiffusionVariantDetector.Detect(tensors));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }
}
