namespace Hartonomous.Core.Models;

/// <summary>The part of a diffusion pipeline that a tensor belongs to.</summary>
public enum DiffusionComponent
{
    /// <summary>Not known: the name lies in a part that this project does not recognise.</summary>
    Unknown = 0,

    /// <summary>The denoising UNet (SD 1 and 2, SDXL, Stable Cascade), also its motion modules.</summary>
    UNet,

    /// <summary>The denoising transformer (SD 3, FLUX, Wan and their like).</summary>
    Transformer,

    /// <summary>The autoencoder between pictures and latents.</summary>
    Vae,

    /// <summary>The first or only text encoder.</summary>
    TextEncoder,

    /// <summary>The second text encoder (SDXL, SD 3: CLIP-G; diffusers FLUX: T5-XXL).</summary>
    TextEncoder2,

    /// <summary>The third text encoder (SD 3: T5-XXL).</summary>
    TextEncoder3,

    /// <summary>The encoder of an image that conditions the model (SVD, unCLIP, Wan image-to-video).</summary>
    ImageEncoder,

    /// <summary>A ControlNet.</summary>
    ControlNet,

    /// <summary>The moving average of the denoiser's weights that training keeps beside them.</summary>
    Ema,

    /// <summary>The classifier that rejects pictures.</summary>
    SafetyChecker,

    /// <summary>A low-rank or other adapter.</summary>
    Lora,

    /// <summary>A learned token: textual inversion.</summary>
    TextualInversion,
}
