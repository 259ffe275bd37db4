namespace Hartonomous;

/// <summary>What became of a tensor that was to be compressed.</summary>
public sealed class HartCompression
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The tenant that owns the model.</summary>
    public required string Tenant { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it was compressed, and why not.</summary>
    public required HartCompressionStatus Status { get; init; }

    /// <summary>The base model, where the difference to it was compressed.</summary>
    public string? Against { get; init; }

    /// <summary>Rows of the matrix the tensor is taken for.</summary>
    public required long Rows { get; init; }

    /// <summary>Columns of the matrix.</summary>
    public required long Columns { get; init; }

    /// <summary>The rank; where the tensor is left alone for its error, the highest that was looked at.</summary>
    public int? Rank { get; init; }

    /// <summary>Relative Frobenius error of the factors as they are stored; against a base, beside the difference to it.</summary>
    public double? RelativeError { get; init; }

    /// <summary>Relative spectral error, an estimate.</summary>
    public double? SpectralError { get; init; }

    /// <summary>Relative Frobenius error of the tensor as it is put together again, beside the original.</summary>
    public double? TensorError { get; init; }

    /// <summary>Share of the sum of squares that is kept.</summary>
    public double? Energy { get; init; }

    /// <summary>Bytes of the tensor as it is stored.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>Bytes of the factors.</summary>
    public long? BytesAfter { get; init; }

    /// <summary>How many times smaller the factors are.</summary>
    public double? Ratio { get; init; }

    /// <summary>Whether the original is dropped.</summary>
    public required bool IsDropped { get; init; }

    /// <summary>Whether this was computed only, and nothing stored.</summary>
    public required bool IsTrial { get; init; }

    /// <summary>Time it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Status}";
}
