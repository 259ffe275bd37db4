using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>The factors of a stored tensor.</summary>
public sealed record StoredFactors
{
    /// <summary>Key of the tensor.</summary>
    public required long TensorAtomId { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Tensor { get; init; }

    /// <summary>How the tensor is made of them.</summary>
    public required FactorLayout Layout { get; init; }

    /// <summary>The atom that is the tensor as it comes from the factors.</summary>
    public required ContentHash Content { get; init; }

    /// <summary>Bytes of both factors.</summary>
    public required long FactorBytes { get; init; }

    /// <summary>SHA-256 of the original tensor.</summary>
    public required ContentHash OriginalHash { get; init; }

    /// <summary>How the original was stored.</summary>
    public required TensorDtype OriginalDtype { get; init; }

    /// <summary>Bytes of the original.</summary>
    public required long OriginalBytes { get; init; }

    /// <summary>Whether the model has only the factors, and no longer the original.</summary>
    public required bool IsDropped { get; init; }

    /// <summary>How near they come to it.</summary>
    public required FactorFigures Figures { get; init; }
}
