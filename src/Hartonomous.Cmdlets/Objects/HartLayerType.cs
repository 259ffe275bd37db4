namespace Hartonomous;

/// <summary>The kind of layer a tensor belongs to.</summary>
public enum HartLayerType
{
    /// <summary>Not known: the name says nothing this project recognises.</summary>
    Unknown = 0,

    /// <summary>A fully connected layer that is none of the more particular kinds below.</summary>
    Dense,

    /// <summary>Token or feature embeddings.</summary>
    Embedding,

    /// <summary>Positions: learned position embeddings, rotary frequencies, relative position biases.</summary>
    PositionEmbedding,

    /// <summary>Attention: queries, keys, values, output projection and what belongs to them.</summary>
    Attention,

    /// <summary>The feed-forward part of a transformer block.</summary>
    FeedForward,

    /// <summary>Experts and routers of a mixture of experts.</summary>
    MixtureOfExperts,

    /// <summary>Layer, RMS, batch and group normalization.</summary>
    Normalization,

    /// <summary>Convolutions.</summary>
    Convolution,

    /// <summary>LSTM, GRU and other recurrent cells.</summary>
    Recurrent,

    /// <summary>State-space models: Mamba and its relatives.</summary>
    StateSpace,

    /// <summary>The output layer: the language-model head, a classifier.</summary>
    OutputHead,

    /// <summary>Poolers.</summary>
    Pooling,

    /// <summary>The projector between the modalities of a multi-modal model.</summary>
    Projector,

    /// <summary>Adapters: LoRA, IA3 and their like.</summary>
    Adapter,

    /// <summary>Scales, zero points and orders that belong to a quantization.</summary>
    QuantizationParameter,

    /// <summary>Moments and steps of an optimizer.</summary>
    OptimizerState,

    /// <summary>The down path of a diffusion UNet.</summary>
    UNetDown,

    /// <summary>The middle of a diffusion UNet.</summary>
    UNetMid,

    /// <summary>The up path of a diffusion UNet.</summary>
    UNetUp,

    /// <summary>A block of a diffusion transformer.</summary>
    DiffusionTransformer,

    /// <summary>Time and condition embeddings of a diffusion model.</summary>
    TimeEmbedding,

    /// <summary>The autoencoder of a latent diffusion model.</summary>
    Vae,

    /// <summary>A text encoder inside a diffusion checkpoint.</summary>
    TextEncoder,
}
