namespace Hartonomous.Core.Numerics;

/// <summary>
/// Gathers <see cref="ValueStatistics"/> in one pass. The partition is fixed: a tensor is cut into chunks of <see cref="ChunkLength"/>
/// values, each of which has an accumulator of its own, on whatever thread; they are merged in the order of the chunks.
/// </summary>
internal sealed class ValueAccumulator
{
    /// <summary>Values of a chunk; a multiple of every encoding's block.</summary>
    public const int ChunkLength = 1 << 20;

    private readonly float _threshold;
    private readonly HistogramAccumulator? _histogram;
    private SpanSums _sums = SpanSums.Empty;
    private long _count;

    /// <summary>Begins with no values.</summary>
    public ValueAccumulator(StatisticsOptions options)
    {
        _threshold = options.ZeroThreshold;
        _histogram = options switch
        {
            { Bins: 0 } => null,
            { Range: { } range } => new RangeHistogram(options.Bins, range.Low, range.High),
            _ => new GrowingHistogram(options.Bins),
        };
    }

    /// <summary>Adds the values that follow.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        _count += values.Length;
        while (values.Length > 0)
        {
            ReadOnlySpan<float> run = values[..Math.Min(values.Length, SummationKernel.MaxLength)];
            SpanSums sums = SummationKernel.Sum(run, _threshold);
            _sums.Add(sums);
            if (sums.Finite > 0)
            {
                _histogram?.Add(run, sums);
            }

            values = values[run.Length..];
        }
    }

    /// <summary>Adds what another accumulator of the same options gathered of the values that follow.</summary>
    public void Merge(ValueAccumulator next)
    {
        _count += next._count;
        _sums.Add(next._sums);
        _histogram?.Merge(next._histogram!);
    }

    /// <summary>The figures of all values so far.</summary>
    public ValueStatistics ToStatistics()
    {
        bool isEmpty = _sums.Finite == 0;
        return new ValueStatistics
        {
            Count = _count,
            NanCount = _sums.Nan,
            InfinityCount = _count - _sums.Finite - _sums.Nan,
            Min = isEmpty ? null : _sums.Min,
            Max = isEmpty ? null : _sums.Max,
            Mean = isEmpty ? null : _sums.Sum.Value / _sums.Finite,
            StandardDeviation = isEmpty ? null : Math.Sqrt(Variance()),
            L1 = _sums.Magnitudes.Value,
            L2 = Math.Sqrt(_sums.Squares.Value),
            ZeroCount = _sums.Zeros,
            Histogram = _histogram?.ToHistogram(),
        };
    }

    /// <summary>
    /// <c>(sum(x^2) - sum(x)^2 / n) / n</c>. With plain doubles the difference of two nearly equal terms would be noise; both have some 106
    /// bits here, and what two float32 values can differ by is no less than 2^-48 of their squares.
    /// </summary>
    private double Variance()
    {
        double n = _sums.Finite;
        (double high, double low) = _sums.Sum.Normalized();
        (double squaresHigh, double squaresLow) = _sums.Squares.Normalized();
        double product = high * high;
        double productError = Math.FusedMultiplyAdd(high, high, -product) + (2 * high * low);
        double quotient = product / n;
        double quotientError = (Math.FusedMultiplyAdd(-quotient, n, product) + productError) / n;
        CompensatedSum difference = new(squaresHigh, 0);
        difference.Add(-quotient);
        difference.Add(squaresLow);
        difference.Add(-quotientError);
        return Math.Max(0, difference.Value) / n;
    }
}
