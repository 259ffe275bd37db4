using Hartonomous.Core.Numerics;

namespace Hartonomous.Tests.Numerics;

/// <summary>Expected counts were computed with Python, by the edges that <c>numpy.histogram</c> has and by exact fractions.</summary>
public class ValueHistogramTests
{
    [Fact]
    public void A_given_range_has_exactly_its_bins_and_counts_what_lies_outside()
    {
        float[] values = ValueStatisticsTests.Hashed(100_000);
        ValueHistogram histogram = Of(values, new StatisticsOptions { Bins = 7, Range = (-0.3, 0.4) });
        Assert.Equal([10000, 10000, 10000, 10000, 10001, 10000, 10000], histogram.Counts);
        Assert.Equal(19999, histogram.Below);
        Assert.Equal(10000, histogram.Above);
        Assert.Equal(-0.3, histogram.Low);
        Assert.Equal(0.7 / 7, histogram.Width, 1e-16);
    }

    [Fact]
    public void The_last_bin_of_a_given_range_includes_its_end()
    {
        ValueHistogram histogram = Of([0f, 0.5f, 1f, 1.5f, 2f, MathF.BitIncrement(2f), -float.Epsilon], new StatisticsOptions { Bins = 4, Range = (0, 2) });
        Assert.Equal([1, 1, 1, 2], histogram.Counts);
        Assert.Equal((1, 1), (histogram.Below, histogram.Above));
    }

    [Fact]
    public void Infinities_and_NaN_are_in_no_bin_and_beyond_none()
    {
        ValueHistogram histogram = Of(
            [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.5f, 0.5f], new StatisticsOptions { Bins = 2, Range = (0, 1) });
        Assert.Equal([0, 2], histogram.Counts);
        Assert.Equal((0, 0), (histogram.Below, histogram.Above));
    }

    [Fact]
    public void Without_a_range_the_width_is_the_least_power_of_two_that_suffices()
    {
        ValueHistogram histogram = Of(ValueStatisticsTests.Hashed(20_000), new StatisticsOptions { Bins = 8 });
        Assert.Equal(0.125, histogram.Width);
        Assert.Equal(-0.5, histogram.Low);
        Assert.Equal([2502, 2500, 2500, 2499, 2501, 2500, 2499, 2499], histogram.Counts);

        float[] shifted = [.. ValueStatisticsTests.Hashed(5_000).Select(value => (float)(1 + (value / 1000.0)))];
        histogram = Of(shifted, new StatisticsOptions { Bins = 10 });
        Assert.Equal(Math.ScaleB(1, -13), histogram.Width);
        Assert.Equal(Math.ScaleB(8187, -13), histogram.Low);
        Assert.Equal([59, 611, 610, 610, 610, 611, 610, 610, 610, 59], histogram.Counts);
    }

    [Fact]
    public void The_order_of_the_values_does_not_matter()
    {
        float[] values = [.. Enumerable.Range(0, 70_000).Select(i => MathF.Sin(i) * MathF.Exp(i / 2000f))];
        ValueHistogram forward = Of(values, new StatisticsOptions());
        ValueHistogram backward = Of([.. values.Reverse()], new StatisticsOptions());
        Assert.Equal(forward.Counts, backward.Counts);
        Assert.Equal((forward.Low, forward.Width), (backward.Low, backward.Width));
        Assert.Equal(values.Length, forward.Counts.Sum());
        Assert.InRange(forward.Counts.Count, 32, 64);
        for (int i = 0; i < forward.Counts.Count; i++)
        {
            double low = forward.Low + (i * forward.Width);
            Assert.Equal(values.Count(value => value >= low && value < low + forward.Width), forward.Counts[i]);
        }
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1f, 1f)]
    [InlineData(-float.MaxValue, float.MaxValue)]
    [InlineData(-float.MaxValue, -float.MaxValue)]
    [InlineData(-float.Epsilon, float.Epsilon)]
    [InlineData(-float.Epsilon, float.MaxValue)]
    [InlineData(1f, 1.0000001f)]
    public void The_ends_of_float32_have_their_bins(float low, float high)
    {
        foreach (int bins in new[] { 2, 3, 64, StatisticsOptions.MaxBins })
        {
            ValueHistogram histogram = Of([low, high, low, 0.5f * low + 0.5f * high, high], new StatisticsOptions { Bins = bins });
            Assert.Equal(5, histogram.Counts.Sum());
            Assert.InRange(histogram.Counts.Count, 1, bins);
            Assert.InRange(histogram.Counts[0], 1, 5);
            Assert.InRange(histogram.Counts[^1], 1, 5);
            Assert.InRange(low, histogram.Low, histogram.Low + histogram.Width);
        }
    }

    [Fact]
    public void No_bins_no_histogram() => Assert.Null(ValueStatistics.Of([1f, 2f], new StatisticsOptions { Bins = 0 }).Histogram);

    private static ValueHistogram Of(float[] values, StatisticsOptions options)
    {
        ValueHistogram? histogram = ValueStatistics.Of(values, options).Histogram;
        Assert.NotNull(histogram);
        return histogram;
    }
}
