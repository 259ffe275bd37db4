using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.StableDiffusion;

/// <summary>What kind of diffusion model a set of tensors is.</summary>
/// <param name="Name">The name people know it by: <c>SD 1.x inpainting</c>, <c>FLUX.1 dev</c>, <c>LoRA (SDXL)</c>.</param>
/// <param name="Architecture">
/// A short name of the architecture (<c>stable-diffusion-v1</c>, <c>sdxl</c>, <c>flux</c>), of an adapter the one it is made for; null
/// where the tensors do not tell.
/// </param>
/// <param name="Component">
/// The part that decided: the denoiser's kind for checkpoints and pipelines, the part itself for files that hold only one.
/// </param>
public sealed record DiffusionVariant(string Name, string? Architecture, DiffusionComponent Component);
