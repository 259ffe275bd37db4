using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Support;

/// <summary>
/// Tensor lists of diffusion models: names and shapes as the published checkpoints have them, without values. UNets are laid out as their
/// configurations say (model channels, multipliers, transformer blocks at each residual block).
/// </summary>
internal static class DiffusionTensors
{
    /// <summary>Depths at the residual blocks of the down path: SD 1 and 2, SDXL.</summary>
    public static readonly int[] SdDepths = [1, 1, 1, 1, 1, 1, 0, 0];

    public static readonly int[] SdxlDepths = [0, 0, 2, 2, 10, 10];

    public static TensorInfo Tensor(string name, params long[] shape) => new()
    {
        Name = name,
        Shape = new TensorShape(shape),
        Dtype = TensorDtype.F16,
        File = "model.safetensors",
        Offset = 0,
        SizeBytes = new TensorShape(shape).ElementCount * 2,
    };

    /// <summary>Tensors from lines like <c>img_in.weight 3072,64</c>.</summary>
    public static List<TensorInfo> Parse(string prefix, string lines) =>
    [
        .. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' '))
            .Select(parts => Tensor(prefix + parts[0], [.. parts.Skip(1).SelectMany(part => part.Split(',')).Select(long.Parse)])),
    ];

    public static List<TensorInfo> In(this IEnumerable<TensorInfo> tensors, string folder) =>
        [.. tensors.Select(tensor => tensor with { File = $"{folder}/model.safetensors" })];

    /// <summary>A UNet with the names of the original code.</summary>
    public static List<TensorInfo> Unet(
        string prefix, long input, long context, long? added, int[] depths, int middle, long channels = 320, int perLevel = 2)
    {
        List<TensorInfo> tensors =
        [
            Tensor(prefix + "time_embed.0.weight", channels * 4, channels),
            Tensor(prefix + "input_blocks.0.0.weight", channels, input, 3, 3),
            Tensor(prefix + "input_blocks.0.0.bias", channels),
        ];
        if (added is { } width)
        {
            tensors.Add(Tensor(prefix + "label_emb.0.0.weight", channels * 4, width));
        }

        int at = 1;
        for (int i = 0; i < depths.Length; i++)
        {
            long here = channels * Math.Min(4, 1 << (i / perLevel));
            tensors.Add(Tensor($"{prefix}input_blocks.{at}.0.in_layers.2.weight", here, here, 3, 3));
            AddTransformers(tensors, $"{prefix}input_blocks.{at++}.1.", depths[i], here, context);
            if (i % perLevel == perLevel - 1 && i < depths.Length - 1)
            {
                tensors.Add(Tensor($"{prefix}input_blocks.{at++}.0.op.weight", here, here, 3, 3));
            }
        }

        tensors.Add(Tensor(prefix + "middle_block.0.in_layers.2.weight", channels * 4, channels * 4, 3, 3));
        AddTransformers(tensors, prefix + "middle_block.1.", middle, channels * 4, context);
        tensors.Add(Tensor(prefix + "output_blocks.0.0.in_layers.2.weight", channels * 4, channels * 8, 3, 3));
        AddTransformers(tensors, prefix + "output_blocks.3.1.", depths[^1], channels * 4, context);
        tensors.Add(Tensor(prefix + "out.0.weight", channels));
        tensors.Add(Tensor(prefix + "out.2.weight", 4, channels, 3, 3));
        return tensors;
    }

    /// <summary>A UNet with the names of diffusers.</summary>
    public static List<TensorInfo> DiffusersUnet(
        long input, long context, long? added, int[] depths, int middle, long channels = 320, int perLevel = 2)
    {
        List<TensorInfo> tensors =
        [
            Tensor("conv_in.weight", channels, input, 3, 3),
            Tensor("time_embedding.linear_1.weight", channels * 4, channels),
        ];
        if (added is { } width)
        {
            tensors.Add(Tensor("add_embedding.linear_1.weight", channels * 4, width));
        }

        for (int i = 0; i < depths.Length; i++)
        {
            long here = channels * Math.Min(4, 1 << (i / perLevel));
            tensors.Add(Tensor($"down_blocks.{i / perLevel}.resnets.{i % perLevel}.conv1.weight", here, here, 3, 3));
            AddTransformers(tensors, $"down_blocks.{i / perLevel}.attentions.{i % perLevel}.", depths[i], here, context);
        }

        tensors.Add(Tensor("mid_block.resnets.0.conv1.weight", channels * 4, channels * 4, 3, 3));
        AddTransformers(tensors, "mid_block.attentions.0.", middle, channels * 4, context);
        AddTransformers(tensors, "up_blocks.1.attentions.0.", 1, channels * 4, context);
        tensors.Add(Tensor("conv_norm_out.weight", channels));
        tensors.Add(Tensor("conv_out.weight", 4, channels, 3, 3));
        return tensors;
    }

    public static List<TensorInfo> Vae(string prefix, long latent) => Parse(prefix, $"""
        encoder.conv_in.weight 128,3,3,3
        encoder.down.0.block.0.norm1.weight 128
        encoder.mid.attn_1.q.weight 512,512,1,1
        encoder.conv_out.weight {latent * 2},512,3,3
        decoder.conv_in.weight 512,{latent},3,3
        decoder.mid.block_1.norm1.weight 512
        decoder.up.3.block.0.conv1.weight 512,512,3,3
        decoder.conv_out.weight 3,128,3,3
        """);

    public static List<TensorInfo> DiffusersVae(long latent) => Parse(string.Empty, $"""
        encoder.conv_in.weight 128,3,3,3
        encoder.down_blocks.0.resnets.0.norm1.weight 128
        encoder.conv_out.weight {latent * 2},512,3,3
        decoder.conv_in.weight 512,{latent},3,3
        decoder.mid_block.resnets.0.norm1.weight 512
        decoder.conv_out.weight 3,128,3,3
        """);

    public static List<TensorInfo> Clip(string prefix, long width, int layers, long vocabulary = 49408) =>
    [
        Tensor(prefix + "text_model.embeddings.token_embedding.weight", vocabulary, width),
        Tensor(prefix + "text_model.embeddings.position_embedding.weight", 77, width),
        .. Enumerable.Range(0, layers).SelectMany(i => Parse($"{prefix}text_model.encoder.layers.{i}.", $"""
            layer_norm1.weight {width}
            self_attn.q_proj.weight {width},{width}
            mlp.fc1.weight {width * 4},{width}
            """)),
        Tensor(prefix + "text_model.final_layer_norm.weight", width),
    ];

    public static List<TensorInfo> OpenClip(string prefix, long width, int layers) =>
    [
        Tensor(prefix + "token_embedding.weight", 49408, width),
        Tensor(prefix + "positional_embedding", 77, width),
        .. Enumerable.Range(0, layers).SelectMany(i => Parse($"{prefix}transformer.resblocks.{i}.", $"""
            ln_1.weight {width}
            attn.in_proj_weight {width * 3},{width}
            mlp.c_proj.bias {width}
            """)),
        Tensor(prefix + "ln_final.weight", width),
        Tensor(prefix + "text_projection", width, width),
    ];

    public static List<TensorInfo> T5(string prefix, int layers = 24, long vocabulary = 32128, long width = 4096) =>
    [
        Tensor(prefix + "shared.weight", vocabulary, width),
        .. Enumerable.Range(0, layers).SelectMany(i => Parse($"{prefix}encoder.block.{i}.layer.", $"""
            0.SelfAttention.q.weight {width},{width}
            1.DenseReluDense.wi_0.weight 10240,{width}
            """)),
        Tensor(prefix + "encoder.final_layer_norm.weight", width),
    ];

    private static void AddTransformers(List<TensorInfo> tensors, string prefix, int depth, long width, long context)
    {
        for (int i = 0; i < depth; i++)
        {
            tensors.AddRange(Parse($"{prefix}transformer_blocks.{i}.", $"""
                attn1.to_k.weight {width},{width}
                attn2.to_k.weight {width},{context}
                ff.net.2.weight {width},{width * 4}
                """));
        }
    }
}
