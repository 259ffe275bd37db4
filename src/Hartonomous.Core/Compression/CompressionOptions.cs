using Hartonomous.Core.Models;

namespace Hartonomous.Core.Compression;

/// <summary>How tensors are compressed.</summary>
public sealed record CompressionOptions
{
    /// <summary>Rank where nothing else decides it.</summary>
    public const int DefaultRank = 64;

    /// <summary>Values below which a tensor is left alone by default.</summary>
    public const long DefaultMinElements = 100_000;

    /// <summary>
    /// Without a bound, the rank; with one, the most the rank may be. Null for <see cref="DefaultRank"/>, or, with a bound, for the highest rank
    /// at which the factors are smaller than the tensor.
    /// </summary>
    public int? Rank { get; init; }

    /// <summary>Relative Frobenius error that may not be exceeded, above 0 and below 1. The smallest rank that meets it is taken.</summary>
    public double? MaxError { get; init; }

    /// <summary>Share of the sum of squares that has to be kept, above 0 and below 1: the same as an error of sqrt(1 - share).</summary>
    public double? MinEnergy { get; init; }

    /// <summary>Tensors of fewer values are left alone.</summary>
    public long MinElements { get; init; } = DefaultMinElements;

    /// <summary>How the factors are stored: F32, F16 or BF16.</summary>
    public TensorDtype FactorType { get; init; } = TensorDtype.F32;

    /// <summary>Directions looked at beyond the rank.</summary>
    public int Oversamples { get; init; } = 10;

    /// <summary>Times the range is sharpened.</summary>
    public int PowerIterations { get; init; } = 2;

    /// <summary>Decides the random range; the same seed gives the same factors.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>The relative error that may not be exceeded, from either bound; null where there is none.</summary>
    public double? ErrorBound => (MaxError, MinEnergy) switch
    {
        ({ } error, { } energy) => Math.Min(error, Math.Sqrt(1 - energy)),
        ({ } error, null) => error,
        (null, { } energy) => Math.Sqrt(1 - energy),
        _ => null,
    };

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range, or the factors' type is another.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Rank ?? 1, 1, nameof(Rank));
        ArgumentOutOfRangeException.ThrowIfNegative(MinElements);
        ArgumentOutOfRangeException.ThrowIfNegative(Oversamples);
        ArgumentOutOfRangeException.ThrowIfNegative(PowerIterations);
        foreach (double bound in new[] { MaxError ?? 0.5, MinEnergy ?? 0.5 })
        {
            if (bound is not (> 0 and < 1))
            {
                string name = MaxError is not null ? nameof(MaxError) : nameof(MinEnergy);
                throw new ArgumentOutOfRangeException(name, bound, "A number above 0 and below 1 is expected.");
            }
        }

        if (FactorType is not (TensorDtype.F32 or TensorDtype.F16 or TensorDtype.BF16))
        {
            throw new ArgumentOutOfRangeException(nameof(FactorType), FactorType, "Factors are stored as F32, F16 or BF16.");
        }
    }
}
