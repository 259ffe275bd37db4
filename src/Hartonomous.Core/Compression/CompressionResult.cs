using Hartonomous.Core.Models;

namespace Hartonomous.Core.Compression;

/// <summary>What became of a tensor.</summary>
public sealed record CompressionResult
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The tensor as its file describes it.</summary>
    public required TensorInfo Tensor { get; init; }

    /// <summary>Whether it was compressed, and why not.</summary>
    public required CompressionStatus Status { get; init; }

    /// <summary>The base model's name, where the difference to it was compressed.</summary>
    public string? Against { get; init; }

    /// <summary>Rows of the matrix the tensor is taken for; 0 where it is none.</summary>
    public long Rows { get; init; }

    /// <summary>Columns of the matrix.</summary>
    public long Columns { get; init; }

    /// <summary>The rank; where a tensor is left alone for its error, the highest that was looked at.</summary>
    public int? Rank { get; init; }

    /// <summary>
    /// Relative Frobenius error of the factors in their stored type, from every value; against a base, beside the difference to it. Where a
    /// tensor is left alone for its error, the error at <see cref="Rank"/>.
    /// </summary>
    public double? RelativeError { get; init; }

    /// <summary>Relative spectral error, an estimate from below.</summary>
    public double? SpectralError { get; init; }

    /// <summary>Relative Frobenius error of the tensor as it is put together again, in its encoding, beside the original.</summary>
    public double? TensorError { get; init; }

    /// <summary>Share of the sum of squares that the factors keep: 1 - RelativeError².</summary>
    public double? Energy => RelativeError is { } error ? 1 - (error * error) : null;

    /// <summary>Bytes of the tensor as it is stored.</summary>
    public long BytesBefore => Tensor.SizeBytes;

    /// <summary>Bytes of both factors; null where the tensor is left alone.</summary>
    public long? BytesAfter { get; init; }

    /// <summary>How many times smaller the factors are.</summary>
    public double? Ratio => BytesAfter is > 0 and { } after ? (double)BytesBefore / after : null;

    /// <summary>Whether the original is dropped.</summary>
    public bool IsDropped { get; init; }

    /// <summary>Time it took.</summary>
    public double Seconds { get; init; }
}
