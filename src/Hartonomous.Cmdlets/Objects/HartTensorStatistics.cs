namespace Hartonomous;

/// <summary>Statistics of a tensor's values as float32. NaN and infinities are counted and left out of everything else.</summary>
public sealed class HartTensorStatistics
{
    /// <summary>The model: its path, or its name in the store.</summary>
    public required string Model { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>How the values are stored: <c>F32</c>, <c>BF16</c>, <c>Q4_K</c>, ...</summary>
    public required string Dtype { get; init; }

    /// <summary>Dimensions, row-major, outermost first; empty for a scalar.</summary>
    public required long[] Shape { get; init; }

    /// <summary>Number of values.</summary>
    public required long Count { get; init; }

    /// <summary>How many are NaN.</summary>
    public required long NanCount { get; init; }

    /// <summary>How many are infinite, of either sign.</summary>
    public required long InfinityCount { get; init; }

    /// <summary>The least value; null where none is finite.</summary>
    public required float? Min { get; init; }

    /// <summary>The greatest value; null where none is finite.</summary>
    public required float? Max { get; init; }

    /// <summary>The arithmetic mean; null where none is finite.</summary>
    public required double? Mean { get; init; }

    /// <summary>The standard deviation of the population; null where no value is finite.</summary>
    public required double? StandardDeviation { get; init; }

    /// <summary>The sum of the magnitudes.</summary>
    public required double L1 { get; init; }

    /// <summary>The Euclidean norm.</summary>
    public required double L2 { get; init; }

    /// <summary>How many values are zero, or within the threshold of it.</summary>
    public required long ZeroCount { get; init; }

    /// <summary>Share of the zeros in the finite values, 0 to 1.</summary>
    public required double Sparsity { get; init; }

    /// <summary>The histogram; null where there is none.</summary>
    public HartHistogram? Histogram { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
