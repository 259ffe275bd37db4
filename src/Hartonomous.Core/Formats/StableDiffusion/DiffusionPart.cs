namespace Hartonomous.Core.Formats.StableDiffusion;

/// <summary>Where a tensor stands by its prefix or folder.</summary>
internal enum DiffusionPart
{
    /// <summary>Under no known prefix and in no known folder: the file holds one part only, or no diffusion model.</summary>
    Bare = 0,

    /// <summary>The denoiser, UNet or transformer.</summary>
    Denoiser,

    /// <summary>The autoencoder.</summary>
    Vae,

    /// <summary>The first text encoder.</summary>
    TextEncoder,

    /// <summary>The second text encoder.</summary>
    TextEncoder2,

    /// <summary>The third text encoder.</summary>
    TextEncoder3,

    /// <summary>An image encoder.</summary>
    ImageEncoder,

    /// <summary>A ControlNet.</summary>
    ControlNet,

    /// <summary>The moving average of the denoiser.</summary>
    Ema,

    /// <summary>The safety checker.</summary>
    SafetyChecker,

    /// <summary>A part that is known but has no name here.</summary>
    Other,
}
