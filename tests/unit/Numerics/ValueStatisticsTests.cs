using Hartonomous.Core.Numerics;

namespace Hartonomous.Tests.Numerics;

/// <summary>Expected figures were computed with Python's fractions and decimals, exactly, and rounded once to double.</summary>
public class ValueStatisticsTests
{
    [Fact]
    public void Figures_are_those_of_the_definitions()
    {
        ValueStatistics statistics = ValueStatistics.Of([-1.5f, 0f, 2.25f, -0f, 0.1f]);
        Assert.Equal(5, statistics.Count);
        Assert.Equal(5, statistics.FiniteCount);
        Assert.Equal(-1.5f, statistics.Min);
        Assert.Equal(2.25f, statistics.Max);
        AssertClose(0.17000000029802323, statistics.Mean);
        AssertClose(1.1981652640426015, statistics.StandardDeviation);
        AssertClose(3.850000001490116, statistics.L1);
        AssertClose(2.7060118256020287, statistics.L2);
        Assert.Equal(2, statistics.ZeroCount);
        Assert.Equal(0.4, statistics.Sparsity);
    }

    [Fact]
    public void Figures_of_many_values_are_right_to_the_last_places()
    {
        ValueStatistics statistics = ValueStatistics.Of(Hashed(2_100_003));
        Assert.Equal(2_100_003, statistics.Count);
        Assert.Equal(-0.5f, statistics.Min);
        Assert.Equal(0.49999916553497314f, statistics.Max);
        AssertClose(-7.902094360606108e-08, statistics.Mean);
        AssertClose(0.2886752094555522, statistics.StandardDeviation);
        AssertClose(525000.8551428318, statistics.L1);
        AssertClose(418.33042055769425, statistics.L2);
        Assert.Equal(0, statistics.ZeroCount);
    }

    [Fact]
    public void A_sum_that_cancels_almost_wholly_keeps_the_rest()
    {
        ValueStatistics statistics = ValueStatistics.Of([3e38f, 1f, -3e38f, 2f, 1e-30f]);
        AssertClose(0.6, statistics.Mean);
        AssertClose(1.897366599578114e+38, statistics.StandardDeviation);
        AssertClose(4.2426406948942856e+38, statistics.L2);
    }

    [Fact]
    public void A_long_sum_that_cancels_keeps_the_rest()
    {
        float[] values = new float[60_000];
        for (int i = 0; i < 20_000; i++)
        {
            values[3 * i] = (float)(1e20 * (1 + (i / 7.0)));
            values[(3 * i) + 1] = (float)(i / 3.0);
            values[(3 * i) + 2] = -values[3 * i];
        }

        ValueStatistics statistics = ValueStatistics.Of(values);
        AssertClose(1111.0555555582687, statistics.Mean);
        AssertClose(1.3475267114757704e+23, statistics.StandardDeviation);
        AssertClose(5.718000000049412e+27, statistics.L1);
    }

    [Fact]
    public void A_spread_that_is_tiny_beside_the_mean_is_not_lost()
    {
        float[] large = [.. Enumerable.Range(0, 50_000).Select(i => 16_777_216f + (2 * (i % 3)))];
        AssertClose(1.63298499637933, ValueStatistics.Of(large).StandardDeviation);
        float[] nearOne = [.. Enumerable.Range(0, 30_000).Select(i => i % 1000 == 7 ? MathF.BitIncrement(1f) : 1f)];
        AssertClose(3.767843396491792e-09, ValueStatistics.Of(nearOne).StandardDeviation);
    }

    [Fact]
    public void Equal_values_have_no_spread()
    {
        ValueStatistics statistics = ValueStatistics.Of(Enumerable.Repeat(0.1f, 100_001).ToArray());
        Assert.Equal(0.0, statistics.StandardDeviation);
        Assert.Equal((double)0.1f, statistics.Mean);
    }

    [Fact]
    public void What_is_not_finite_is_counted_and_left_out()
    {
        float[] values = [1, float.NaN, 3, float.PositiveInfinity, float.NegativeInfinity, -float.NaN, 5, 0, float.PositiveInfinity, 7, 7, 7, 7, 7, 7, 7, 7, 7];
        ValueStatistics statistics = ValueStatistics.Of(values);
        Assert.Equal(18, statistics.Count);
        Assert.Equal(2, statistics.NanCount);
        Assert.Equal(3, statistics.InfinityCount);
        Assert.Equal(13, statistics.FiniteCount);
        Assert.Equal(0f, statistics.Min);
        Assert.Equal(7f, statistics.Max);
        AssertClose(72.0 / 13, statistics.Mean);
        Assert.Equal(1, statistics.ZeroCount);
        Assert.Equal(1.0 / 13, statistics.Sparsity);
        Assert.Equal(13, statistics.Histogram!.Counts.Sum());
    }

    [Fact]
    public void Of_no_finite_value_there_are_no_figures()
    {
        foreach (float[] values in new float[][] { [], [float.NaN, float.PositiveInfinity] })
        {
            ValueStatistics statistics = ValueStatistics.Of(values);
            Assert.Equal(values.Length, statistics.Count);
            Assert.Null(statistics.Min);
            Assert.Null(statistics.Max);
            Assert.Null(statistics.Mean);
            Assert.Null(statistics.StandardDeviation);
            Assert.Equal(0, statistics.L1);
            Assert.Equal(0, statistics.L2);
            Assert.Equal(0, statistics.Sparsity);
            Assert.Null(statistics.Histogram);
        }
    }

    [Fact]
    public void Values_within_the_threshold_count_as_zeros()
    {
        float[] values = [0f, 0.25f, -0.25f, 0.26f, -1f, float.NaN];
        Assert.Equal(1, ValueStatistics.Of(values).ZeroCount);
        Assert.Equal(3, ValueStatistics.Of(values, new StatisticsOptions { ZeroThreshold = 0.25f }).ZeroCount);
    }

    [Fact]
    public void Least_and_greatest_zero_have_no_sign()
    {
        ValueStatistics statistics = ValueStatistics.Of([-0f, -0f, -0f]);
        Assert.False(float.IsNegative(statistics.Min!.Value));
        Assert.False(float.IsNegative(statistics.Max!.Value));
    }

    [Fact]
    public void Vectors_give_the_bits_that_single_values_give()
    {
        Random random = new(7);
        foreach (int length in Enumerable.Range(0, 70).Append(SummationKernel.MaxLength - 1).Append(SummationKernel.MaxLength))
        {
            float[] values = [.. Enumerable.Range(0, length).Select(_ => BitConverter.Int32BitsToSingle(random.Next() ^ (random.Next() << 8)))];
            if (length > 20)
            {
                values[^1] = float.NaN;
                values[3] = float.NegativeInfinity;
                values[4] = -0f;
                values[5] = float.Epsilon;
            }

            SpanSums fast = SummationKernel.Sum(values, 0.5f);
            SpanSums plain = SummationKernel.SumScalar(values, 0.5f);
            Assert.Equal(plain.Sum.Parts, fast.Sum.Parts);
            Assert.Equal(plain.Magnitudes.Parts, fast.Magnitudes.Parts);
            Assert.Equal(plain.Squares.Parts, fast.Squares.Parts);
            Assert.Equal((plain.Min, plain.Max), (fast.Min, fast.Max));
            Assert.Equal((plain.Finite, plain.Nan, plain.Zeros), (fast.Finite, fast.Nan, fast.Zeros));
        }
    }

    [Fact]
    public void Options_that_mean_nothing_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatisticsOptions { Bins = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatisticsOptions { Bins = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatisticsOptions { Bins = StatisticsOptions.MaxBins + 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatisticsOptions { Range = (1, 1) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatisticsOptions { Range = (0, double.NaN) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatisticsOptions { ZeroThreshold = float.NaN });
    }

    /// <summary>Multiples of 2^-24 in [-0.5, 0.5): Knuth's multiplicative hash of 0, 1, 2 ...</summary>
    internal static float[] Hashed(int count) =>
        [.. Enumerable.Range(0, count).Select(i => ((int)(unchecked((uint)i * 2654435761u) >> 8) - (1 << 23)) / 16_777_216f)];

    private static void AssertClose(double expected, double? actual)
    {
        Assert.NotNull(actual);
        Assert.InRange(actual.Value, expected - (4e-16 * Math.Abs(expected)), expected + (4e-16 * Math.Abs(expected)));
    }
}
