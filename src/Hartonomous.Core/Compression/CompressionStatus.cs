namespace Hartonomous.Core.Compression;

/// <summary>What became of a tensor that was to be compressed.</summary>
public enum CompressionStatus
{
    /// <summary>Its factors are stored.</summary>
    Compressed,

    /// <summary>Left alone: it has fewer values than asked for.</summary>
    TooSmall,

    /// <summary>Left alone: it is no matrix.</summary>
    NotMatrix,

    /// <summary>Left alone: its values are no numbers that factors can stand for: whole numbers, complex ones, an encoding without a decoder.</summary>
    NotReal,

    /// <summary>Left alone: it holds NaN or infinite values, or values too large to work with.</summary>
    NotFinite,

    /// <summary>Left alone: it has more values than a matrix in memory.</summary>
    TooLarge,

    /// <summary>Left alone: the model has only factors of it already.</summary>
    AlreadyDropped,

    /// <summary>Left alone: all of it is zero, or it is equal to the base model's tensor.</summary>
    NothingLeft,

    /// <summary>Left alone: the base model has no tensor of its name and shape.</summary>
    NoBase,

    /// <summary>Left alone: no rank whose factors are smaller than the tensor meets the bound.</summary>
    BoundMissed,

    /// <summary>Left alone: factors of this rank would not be smaller than the tensor.</summary>
    NotSmaller,
}
