using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.StableDiffusion;

/// <summary>Adds to what a container says of a model that it is a diffusion model, and the component of each tensor.</summary>
internal static class DiffusionDescription
{
    /// <summary>
    /// The metadata with the diffusion variant; unchanged where there is none. The variant the container gave (<c>GGUF v3</c>,
    /// <c>sharded</c>) follows in parentheses. An architecture that the container names stays.
    /// </summary>
    public static ModelMetadata Apply(ModelMetadata metadata)
    {
        if (metadata.Format is not (ModelFormat.SafeTensors or ModelFormat.PyTorch or ModelFormat.Gguf) ||
            DiffusionVariantDetector.Detect(metadata.Tensors) is not { } variant)
        {
            return metadata;
        }

        return metadata with
        {
            Variant = metadata.Variant is { Length: > 0 } container ? $"{variant.Name} ({container})" : variant.Name,
            Architecture = metadata.Architecture ?? variant.Architecture,
            Tensors = DiffusionVariantDetector.WithComponents(metadata.Tensors, variant),
        };
    }
}
