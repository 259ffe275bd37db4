using System.Collections.Frozen;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.StableDiffusion;

/// <summary>
/// Takes a tensor's name apart into the pipeline's part and the name within it. Single-file checkpoints say the part in a prefix (those of
/// CompVis, Stability AI, ComfyUI and stable-diffusion.cpp), diffusers pipelines in the folder that a file lies in.
/// </summary>
internal static class DiffusionNaming
{
    // The outer names of a checkpoint that holds more than weights, and of wrapped modules.
    private static readonly string[] Wrappers = ["state_dict.", "module.", "_orig_mod."];

    // The longer prefix stands before the shorter one it begins with.
    private static readonly (string Prefix, DiffusionPart Part)[] Prefixes =
    [
        ("model.diffusion_model.", DiffusionPart.Denoiser),
        ("diffusion_model.", DiffusionPart.Denoiser),
        ("unet.", DiffusionPart.Denoiser),
        ("model_ema.", DiffusionPart.Ema),
        ("control_model.", DiffusionPart.ControlNet),
        ("first_stage_model.", DiffusionPart.Vae),
        ("vae.", DiffusionPart.Vae),
        ("cond_stage_model.transformer.", DiffusionPart.TextEncoder),
        ("cond_stage_model.model.", DiffusionPart.TextEncoder),
        ("cond_stage_model.1.", DiffusionPart.TextEncoder2),
        ("cond_stage_model.", DiffusionPart.TextEncoder),
        ("conditioner.embedders.0.open_clip.", DiffusionPart.ImageEncoder),
        ("conditioner.embedders.0.transformer.", DiffusionPart.TextEncoder),
        ("conditioner.embedders.0.model.", DiffusionPart.TextEncoder),
        ("conditioner.embedders.1.transformer.", DiffusionPart.TextEncoder2),
        ("conditioner.embedders.1.model.", DiffusionPart.TextEncoder2),
        ("conditioner.", DiffusionPart.Other),
        ("text_encoders.clip_l.transformer.", DiffusionPart.TextEncoder),
        ("text_encoders.clip_l.", DiffusionPart.TextEncoder),
        ("text_encoders.clip_g.transformer.", DiffusionPart.TextEncoder2),
        ("text_encoders.clip_g.", DiffusionPart.TextEncoder2),
        ("text_encoders.t5xxl.transformer.", DiffusionPart.TextEncoder3),
        ("text_encoders.t5xxl.", DiffusionPart.TextEncoder3),
        ("text_encoders.", DiffusionPart.TextEncoder),
        ("text_encoder_3.", DiffusionPart.TextEncoder3),
        ("text_encoder_2.", DiffusionPart.TextEncoder2),
        ("text_encoder.", DiffusionPart.TextEncoder),
        ("te.1.", DiffusionPart.TextEncoder2),
        ("te1.", DiffusionPart.TextEncoder2),
        ("te.", DiffusionPart.TextEncoder),
        ("embedder.model.visual.", DiffusionPart.ImageEncoder),
        ("image_encoder.", DiffusionPart.ImageEncoder),
    ];

    private static readonly FrozenDictionary<string, DiffusionPart>.AlternateLookup<ReadOnlySpan<char>> Folders =
        new Dictionary<string, DiffusionPart>(StringComparer.OrdinalIgnoreCase)
        {
            ["unet"] = DiffusionPart.Denoiser,
            ["transformer"] = DiffusionPart.Denoiser,
            ["transformer_2"] = DiffusionPart.Denoiser,
            ["prior"] = DiffusionPart.Denoiser,
            ["decoder"] = DiffusionPart.Denoiser,
            ["vae"] = DiffusionPart.Vae,
            ["vqgan"] = DiffusionPart.Vae,
            ["text_encoder"] = DiffusionPart.TextEncoder,
            ["text_encoder_2"] = DiffusionPart.TextEncoder2,
            ["text_encoder_3"] = DiffusionPart.TextEncoder3,
            ["image_encoder"] = DiffusionPart.ImageEncoder,
            ["controlnet"] = DiffusionPart.ControlNet,
            ["safety_checker"] = DiffusionPart.SafetyChecker,
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The part a tensor stands in, and its name there.</summary>
    /// <param name="tensor">The tensor; its name and its file's folder are looked at.</param>
    /// <param name="key">The name without wrappers and the part's prefix.</param>
    public static DiffusionPart Find(TensorInfo tensor, out ReadOnlySpan<char> key)
    {
        key = tensor.Name;
        foreach (string wrapper in Wrappers)
        {
            if (key.StartsWith(wrapper, StringComparison.Ordinal))
            {
                key = key[wrapper.Length..];
            }
        }

        foreach ((string prefix, DiffusionPart part) in Prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                key = key[prefix.Length..];
                return part;
            }
        }

        ReadOnlySpan<char> file = tensor.File;
        int end = file.LastIndexOf('/');
        return end >= 0 && Folders.TryGetValue(file[(file[..end].LastIndexOf('/') + 1)..end], out DiffusionPart folder)
            ? folder
            : DiffusionPart.Bare;
    }

    /// <summary>Whether a part is the one that a variant was found by.</summary>
    public static bool Decides(DiffusionPart part, DiffusionVariant variant) => variant.Component switch
    {
        DiffusionComponent.UNet or DiffusionComponent.Transformer => part == DiffusionPart.Denoiser,
        DiffusionComponent.ControlNet => part == DiffusionPart.ControlNet,
        DiffusionComponent.Vae => part == DiffusionPart.Vae,
        DiffusionComponent.TextEncoder => part is DiffusionPart.TextEncoder or DiffusionPart.TextEncoder2 or DiffusionPart.TextEncoder3,
        _ => false,
    };

    /// <summary>The component of a part, in a model of which <paramref name="variant"/> was found.</summary>
    /// <param name="part">The part.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="isBare">Whether the part that decided stands in the file without a prefix.</param>
    public static DiffusionComponent? ComponentOf(DiffusionPart part, DiffusionVariant variant, bool isBare) => part switch
    {
        DiffusionPart.Bare => isBare ? variant.Component : null,
        DiffusionPart.Denoiser when variant.Component == DiffusionComponent.Transformer => DiffusionComponent.Transformer,
        DiffusionPart.Denoiser => DiffusionComponent.UNet,
        DiffusionPart.Vae => DiffusionComponent.Vae,
        DiffusionPart.TextEncoder => DiffusionComponent.TextEncoder,
        DiffusionPart.TextEncoder2 => DiffusionComponent.TextEncoder2,
        DiffusionPart.TextEncoder3 => DiffusionComponent.TextEncoder3,
        DiffusionPart.ImageEncoder => DiffusionComponent.ImageEncoder,
        DiffusionPart.ControlNet => DiffusionComponent.ControlNet,
        DiffusionPart.Ema => DiffusionComponent.Ema,
        DiffusionPart.SafetyChecker => DiffusionComponent.SafetyChecker,
        _ => DiffusionComponent.Unknown,
    };
}
