namespace Hartonomous.Core.Storage;

/// <summary>How near factors come to what they stand for.</summary>
/// <param name="RelativeError">Relative Frobenius error of the product of the factors; where there is a base, beside the difference to it.</param>
/// <param name="SpectralError">The same in the spectral norm; an estimate.</param>
/// <param name="TensorError">Relative Frobenius error of the tensor as it is put together, beside the original.</param>
/// <param name="BaseModel">Name of the model the base tensor was taken from; null where there is none.</param>
public sealed record FactorFigures(double RelativeError, double SpectralError, double TensorError, string? BaseModel)
{
    /// <summary>Share of the sum of squares that is kept: 1 - RelativeError².</summary>
    public double Energy => 1 - (RelativeError * RelativeError);
}
