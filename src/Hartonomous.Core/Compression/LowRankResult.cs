using Hartonomous.Core.LinearAlgebra;

namespace Hartonomous.Core.Compression;

/// <summary>What factors a matrix has, or why it has none.</summary>
public sealed record LowRankResult
{
    /// <summary>Whether there are factors.</summary>
    public required CompressionStatus Status { get; init; }

    /// <summary>Number of columns of the left factor; where the matrix is left alone, the rank that was looked at last.</summary>
    public int Rank { get; init; }

    /// <summary>[m, r], in the values the factors' type stores. Null where the matrix is left alone.</summary>
    public Matrix? Left { get; init; }

    /// <summary>[r, n], in the values the factors' type stores. Null where the matrix is left alone.</summary>
    public Matrix? Right { get; init; }

    /// <summary>Frobenius norm of matrix - left right, over the matrix'. From every element of it, after the rounding of the factors.</summary>
    public double? RelativeError { get; init; }

    /// <summary>Largest singular value of matrix - left right, over the matrix'; an estimate, from below.</summary>
    public double? SpectralError { get; init; }

    /// <summary>Share of the sum of squares that is kept: 1 - RelativeError².</summary>
    public double? Energy => RelativeError is { } error ? 1 - (error * error) : null;
}
