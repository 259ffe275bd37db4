using System.Globalization;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.StableDiffusion;

/// <summary>
/// Finds LoRAs and their relatives (LoHa, LoKr, OFT) for diffusion models, and the base they are made for where shapes or blocks tell.
/// Reads the names of kohya's scripts (<c>lora_unet_..._attn2_to_k.lora_down.weight</c>), of diffusers and PEFT
/// (<c>unet....attn2.to_k.lora_A.weight</c>) and of ComfyUI (<c>diffusion_model....lora_A.weight</c>). The target of an adapter's tensor,
/// written with underscores only, is the same in all of them.
/// </summary>
internal sealed class DiffusionAdapter
{
    private const int MaxName = 256;

    // What follows the name of the adapted layer. Alphas and differences stand beside others, and say nothing alone.
    private static readonly string[] Marks =
    [
        ".lora_down.", ".lora_up.", ".lora_mid.", ".lora_A.", ".lora_B.", ".lora.down.", ".lora.up.", "_lora.down.", "_lora.up.",
        ".lora_magnitude_vector", ".dora_scale", ".hada_", ".lokr_", ".oft_",
    ];

    private static readonly string[] LastMarks = [".alpha", ".diff", ".diff_b"];

    private static readonly string[] Downs = [".lora_down.", ".lora_A.", ".lora.down.", "_lora.down."];
    private static readonly string[] Ups = [".lora_up.", ".lora_B.", ".lora.up.", "_lora.up."];

    // Prefixes that only adapters for diffusion models have, and those that adapters for language models may have as well.
    private static readonly string[] OwnPrefixes =
    [
        "lora_unet_", "lora_te_", "lora_te1_", "lora_te2_", "lora_te3_", "lora_prior_unet_", "lora_prior_te_",
        "unet_", "diffusion_model_", "model_diffusion_model_",
    ];

    private static readonly string[] SharedPrefixes =
        ["base_model_model_", "lora_transformer_", "lycoris_", "transformer_", "text_encoder_"];

    // Modules of denoisers, at the beginning of a target; no language model has blocks of these names.
    private static readonly string[] Blocks =
    [
        "down_blocks_", "up_blocks_", "mid_block_attentions_", "input_blocks_", "output_blocks_", "middle_block_", "double_blocks_",
        "single_blocks_", "joint_blocks_", "single_transformer_blocks_", "transformer_blocks_",
    ];

    private static readonly string[] UNetBlocks =
        ["down_blocks_", "up_blocks_", "mid_block_", "input_blocks_", "output_blocks_", "middle_block_"];

    private int _adapters;
    private int _others;
    private int _own;
    private long _context;
    private long _textWidth;
    private bool _hasUNet;
    private bool _hasJoint;
    private bool _hasQwen;
    private bool _hasWan;
    private bool _hasSecondEncoder;
    private bool _hasFluxSize;
    private bool _hasFlux2Size;
    private bool _hasHunyuanDepth;

    /// <summary>The variant of a file that holds an adapter for a diffusion model and nothing else of weight, or null.</summary>
    public static DiffusionVariant? Detect(IReadOnlyList<TensorInfo> tensors)
    {
        DiffusionAdapter adapter = new();
        foreach (TensorInfo tensor in tensors)
        {
            adapter.Look(tensor.Name, tensor.Shape);
        }

        // Trained norms or embeddings may stand beside the adapters, but not a model.
        return adapter._own == 0 || adapter._own * 2 < adapter._adapters || adapter._others > adapter._adapters ? null
            : adapter.FindBase() is (string name, string architecture)
                ? new DiffusionVariant($"LoRA ({name})", architecture, DiffusionComponent.Lora)
                : new DiffusionVariant("LoRA", null, DiffusionComponent.Lora);
    }

    private static bool StartsWithAny(ReadOnlySpan<char> text, string[] prefixes, out int length)
    {
        foreach (string prefix in prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                length = prefix.Length;
                return true;
            }
        }

        length = 0;
        return false;
    }

    private static bool ContainsAny(string name, string[] marks)
    {
        foreach (string mark in marks)
        {
            if (name.Contains(mark, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static int NumberAfter(ReadOnlySpan<char> target, string prefix)
    {
        if (!target.StartsWith(prefix, StringComparison.Ordinal))
        {
            return -1;
        }

        ReadOnlySpan<char> rest = target[prefix.Length..];
        int end = rest.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
    }

    private void Look(string name, TensorShape shape)
    {
        int mark = name.Length;
        foreach (string candidate in Marks)
        {
            int at = name.Length > MaxName ? -1 : name.IndexOf(candidate, StringComparison.Ordinal);
            mark = at > 0 && at < mark ? at : mark;
        }

        foreach (string last in LastMarks)
        {
            if (mark == name.Length && name.Length <= MaxName && name.EndsWith(last, StringComparison.Ordinal))
            {
                mark -= last.Length;
            }
        }

        if (mark == name.Length)
        {
            _others++;
            return;
        }

        _adapters++;
        Span<char> flat = stackalloc char[mark];
        name.AsSpan(0, mark).Replace(flat, '.', '_');
        ReadOnlySpan<char> target = flat;
        bool isOwn = StartsWithAny(target, OwnPrefixes, out int length);
        bool isText = target.StartsWith("lora_te", StringComparison.Ordinal);
        _hasSecondEncoder |= target.StartsWith("lora_te2_", StringComparison.Ordinal);
        bool isFirstOfOne = target.StartsWith("lora_te_", StringComparison.Ordinal);
        if (!isOwn)
        {
            while (StartsWithAny(target, SharedPrefixes, out int shared))
            {
                // The blocks of a diffusion transformer begin with the word that is also a prefix.
                if (StartsWithAny(target, Blocks, out int _))
                {
                    break;
                }

                target = target[shared..];
            }

            isOwn = StartsWithAny(target, Blocks, out int _);
        }
        else
        {
            target = target[length..];
        }

        if (!isOwn)
        {
            return;
        }

        _own++;
        long inner = ContainsAny(name, Downs) && shape.Rank >= 2 ? shape.Dimensions[1] : 0;
        long outer = ContainsAny(name, Ups) && shape.Rank >= 2 ? shape.Dimensions[0] : 0;
        if (isText)
        {
            if (isFirstOfOne && inner > 0 && target.EndsWith("self_attn_q_proj", StringComparison.Ordinal))
            {
                _textWidth = inner;
            }

            return;
        }

        NoteDenoiser(target, inner, outer);
    }

    private void NoteDenoiser(ReadOnlySpan<char> target, long inner, long outer)
    {
        bool isUNet = StartsWithAny(target, UNetBlocks, out int _);
        _hasUNet |= isUNet;
        if (isUNet && inner > 0 && (target.EndsWith("attn2_to_k", StringComparison.Ordinal) ||
            target.EndsWith("attn2_to_v", StringComparison.Ordinal) || target.EndsWith("attn2_processor_to_k", StringComparison.Ordinal)))
        {
            _context = inner;
        }

        int single = Math.Max(NumberAfter(target, "single_blocks_"), NumberAfter(target, "single_transformer_blocks_"));
        int twin = NumberAfter(target, "double_blocks_");
        int block = NumberAfter(target, "transformer_blocks_");
        _hasJoint |= NumberAfter(target, "joint_blocks_") >= 0
            || (block >= 0 && inner is 1536 or 2432 && target.EndsWith("attn_add_k_proj", StringComparison.Ordinal));
        _hasQwen |= block >= 0 && (target.EndsWith("img_mod_1", StringComparison.Ordinal) ||
            target.EndsWith("img_mlp_net_2", StringComparison.Ordinal) || target.EndsWith("img_mlp_net_0_proj", StringComparison.Ordinal));
        _hasWan |= NumberAfter(target, "blocks_") >= 0 && target.EndsWith("cross_attn_k", StringComparison.Ordinal);

        // FLUX.1 has 19 double and 38 single blocks of 3072 values with feed-forward layers of 12288; HunyuanVideo is of the same width
        // with 20 and 40; FLUX.2 dev has 6144 values.
        _hasHunyuanDepth |= twin == 19 || (single is 38 or 39 && inner is 3072 or 15360);
        _hasFlux2Size |= (single >= 0 || twin >= 0) && inner is 6144 && !target.EndsWith("linear2", StringComparison.Ordinal);
        _hasFluxSize |= (single >= 0 && outer is 21504 && target.EndsWith("linear1", StringComparison.Ordinal))
            || (single >= 0 && outer is 12288 && target.EndsWith("proj_mlp", StringComparison.Ordinal))
            || (single >= 0 && inner is 3072 && target.EndsWith("attn_to_k", StringComparison.Ordinal))
            || (twin >= 0 && outer is 12288 && target.EndsWith("img_mlp_0", StringComparison.Ordinal));
    }

    // Null where nothing tells, and where the tensors contradict each other.
    private (string Name, string Architecture)? FindBase() => (_hasUNet, _context, _textWidth) switch
    {
        (true, 768, _) => ("SD 1.x", "stable-diffusion-v1"),
        (true, 1024, _) => ("SD 2.x", "stable-diffusion-v2"),
        (true, 2048, _) => ("SDXL", "sdxl"),
        (true, 0, _) when _hasSecondEncoder => ("SDXL", "sdxl"),
        (true, _, _) => null,
        _ when _hasJoint => ("SD 3", "sd3"),
        _ when _hasQwen => ("Qwen-Image", "qwen-image"),
        _ when _hasWan => ("Wan", "wan"),
        _ when _hasFlux2Size => ("FLUX.2", "flux2"),
        _ when _hasHunyuanDepth => ("HunyuanVideo", "hunyuan-video"),
        _ when _hasFluxSize => ("FLUX.1", "flux"),
        (false, _, 768) => ("SD 1.x", "stable-diffusion-v1"),
        (false, _, 1024) => ("SD 2.x", "stable-diffusion-v2"),
        _ => null,
    };
}
