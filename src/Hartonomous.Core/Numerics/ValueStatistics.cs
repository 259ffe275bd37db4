namespace Hartonomous.Core.Numerics;

/// <summary>
/// Figures of the float32 values of a tensor. NaN and infinities are counted and left out of everything else. Sums are compensated and run
/// in a fixed order: the same values give the same bits on every machine, whatever its vector width and number of cores.
/// </summary>
public sealed record ValueStatistics
{
    /// <summary>Number of values.</summary>
    public required long Count { get; init; }

    /// <summary>How many are NaN.</summary>
    public required long NanCount { get; init; }

    /// <summary>How many are infinite, of either sign.</summary>
    public required long InfinityCount { get; init; }

    /// <summary>How many are finite: what all figures below are about.</summary>
    public long FiniteCount => Count - NanCount - InfinityCount;

    /// <summary>The least value; null where none is finite.</summary>
    public required float? Min { get; init; }

    /// <summary>The greatest value; null where none is finite.</summary>
    public required float? Max { get; init; }

    /// <summary>The arithmetic mean; null where none is finite.</summary>
    public required double? Mean { get; init; }

    /// <summary>
    /// The standard deviation of the population, <c>sqrt(sum((x - mean)^2) / n)</c>, as NumPy's <c>std</c> gives it; null where none is
    /// finite.
    /// </summary>
    public required double? StandardDeviation { get; init; }

    /// <summary>The sum of the magnitudes.</summary>
    public required double L1 { get; init; }

    /// <summary>The Euclidean norm: the square root of the sum of the squares.</summary>
    public required double L2 { get; init; }

    /// <summary>How many are zero, or within <see cref="StatisticsOptions.ZeroThreshold"/> of it.</summary>
    public required long ZeroCount { get; init; }

    /// <summary>Share of <see cref="ZeroCount"/> in the finite values, 0 to 1; 0 where there are none.</summary>
    public double Sparsity => FiniteCount == 0 ? 0 : (double)ZeroCount / FiniteCount;

    /// <summary>The histogram; null where none was asked for, or where no range was given and no value is finite.</summary>
    public ValueHistogram? Histogram { get; init; }

    /// <summary>The figures of values in memory.</summary>
    /// <param name="values">The values.</param>
    /// <param name="options">What is asked for; the defaults where null.</param>
    public static ValueStatistics Of(ReadOnlySpan<float> values, StatisticsOptions? options = null)
    {
        StatisticsOptions asked = options ?? new StatisticsOptions();
        ValueAccumulator all = new(asked);
        for (int start = 0; start < values.Length; start += ValueAccumulator.ChunkLength)
        {
            ValueAccumulator chunk = new(asked);
            chunk.Add(values.Slice(start, Math.Min(ValueAccumulator.ChunkLength, values.Length - start)));
            all.Merge(chunk);
        }

        return all.ToStatistics();
    }
}
