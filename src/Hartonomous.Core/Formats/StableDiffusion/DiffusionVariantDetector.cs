using System.Collections.Immutable;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.StableDiffusion;

/// <summary>
/// Finds out from names and shapes whether tensors are those of a diffusion model, and of which. It knows nothing of the container and
/// never guesses: what fits no row of <see cref="DiffusionRules"/> is none.
/// </summary>
public static class DiffusionVariantDetector
{
    // Learned tokens come in files of their own, a tensor or two in each; the names are too plain to mean anything among others.
    private const int MaxInversionTensors = 8;

    /// <summary>The variant, or null where the tensors are not known to be those of a diffusion model.</summary>
    /// <param name="tensors">All tensors of a model, shapes outermost first. Linear in their number and the length of their names.</param>
    public static DiffusionVariant? Detect(IReadOnlyList<TensorInfo> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        DiffusionIndex index = new(tensors);
        return First(DiffusionRules.ControlNets, index, DiffusionPart.ControlNet)
            ?? First(DiffusionRules.ControlNets, index, DiffusionPart.Bare)
            ?? FindDenoiser(index, DiffusionPart.Denoiser)
            ?? FindDenoiser(index, DiffusionPart.Bare)
            ?? DiffusionAdapter.Detect(tensors)
            ?? FindAutoencoder(index)
            ?? FindTextEncoder(index)
            ?? (tensors.Count <= MaxInversionTensors ? First(DiffusionRules.TextualInversions, index, DiffusionPart.Bare) : null);
    }

    /// <summary>The tensors with their <see cref="TensorInfo.Component"/> set, where it is known.</summary>
    /// <param name="tensors">All tensors of a model.</param>
    /// <param name="variant">What <see cref="Detect"/> found.</param>
    public static IReadOnlyList<TensorInfo> WithComponents(IReadOnlyList<TensorInfo> tensors, DiffusionVariant variant)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(variant);
        if (variant.Component == DiffusionComponent.Lora)
        {
            return [.. tensors.Select(tensor => tensor with { Component = DiffusionComponent.Lora })];
        }

        // Beside the parts of a checkpoint, names without a prefix are those of schedules and counters.
        DiffusionPart[] parts = new DiffusionPart[tensors.Count];
        bool isPlain = true;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = DiffusionNaming.Find(tensors[i], out ReadOnlySpan<char> _);
            isPlain &= !DiffusionNaming.Decides(parts[i], variant);
        }

        TensorInfo[] named = new TensorInfo[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            named[i] = tensors[i] with { Component = DiffusionNaming.ComponentOf(parts[i], variant, isPlain) };
        }

        return named;
    }

    private static DiffusionVariant? FindDenoiser(DiffusionIndex index, DiffusionPart part)
    {
        DiffusionVariant? found = First(DiffusionRules.Denoisers, index, part);
        return found?.Name == "SDXL base" && DiffusionRules.PlaygroundMark.Holds(index, DiffusionPart.Bare)
            ? ToVariant(DiffusionRules.PlaygroundMark)
            : found;
    }

    // An autoencoder or a text encoder is the whole of a file, or it is a part of something else.
    private static DiffusionVariant? FindAutoencoder(DiffusionIndex index) =>
        index.Count(DiffusionPart.Denoiser) > 0 ? null
        : index.Count(DiffusionPart.Vae) > index.Count(DiffusionPart.Bare) ? First(DiffusionRules.Autoencoders, index, DiffusionPart.Vae)
        : First(DiffusionRules.Autoencoders, index, DiffusionPart.Bare);

    private static DiffusionVariant? FindTextEncoder(DiffusionIndex index)
    {
        if (index.Count(DiffusionPart.Denoiser) > 0 || index.Count(DiffusionPart.Vae) > 0)
        {
            return null;
        }

        DiffusionPart[] parts = [DiffusionPart.TextEncoder, DiffusionPart.TextEncoder2, DiffusionPart.TextEncoder3];
        if (parts.Sum(index.Count) <= index.Count(DiffusionPart.Bare))
        {
            return First(DiffusionRules.TextEncoders, index, DiffusionPart.Bare);
        }

        DiffusionPart[] filled = [.. parts.Where(part => index.Count(part) > 0)];
        return filled.Length == 1 ? First(DiffusionRules.TextEncoders, index, filled[0])
            : filled.All(part => First(DiffusionRules.TextEncoders, index, part) is not null)
                ? new DiffusionVariant("Text encoders", null, DiffusionComponent.TextEncoder)
                : null;
    }

    private static DiffusionVariant? First(ImmutableArray<DiffusionRule> table, DiffusionIndex index, DiffusionPart part)
    {
        foreach (DiffusionRule rule in table)
        {
            if (rule.Holds(index, part))
            {
                return ToVariant(rule);
            }
        }

        return null;
    }

    private static DiffusionVariant ToVariant(DiffusionRule rule) => new(rule.Name, rule.Architecture, rule.Component);
}
