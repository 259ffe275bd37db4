using Hartonomous.Core.Numerics.Lanes;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Tests.Spatial.Sketches;

public sealed class SketchStatisticsTests
{
    private const int Dimension = 128;
    private const int Trials = 600;

    // 600 trials know a standard deviation to 2.9 %; the limits are five times that.
    private const double Tolerance = 0.15;

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(0.7)]
    [InlineData(0.95)]
    [InlineData(0.999)]
    public void The_cosine_of_sketches_errs_as_theory_says(double cosine)
    {
        (float[] x, float[] y) = SketchContents.Pair(SketchContents.Normal(20_000, 1), SketchContents.Normal(20_000, 2), cosine);
        double[] errors = [.. Enumerable.Range(0, Trials).Select(trial =>
        {
            TensorSketcher sketcher = new(new SketchConfig(Dimension, (ulong)trial));
            return sketcher.Compute(x).Cosine(sketcher.Compute(y)) - cosine;
        })];
        double expected = (1 - (cosine * cosine)) / Math.Sqrt(Dimension);
        Assert.InRange(Math.Sqrt(errors.Average(error => error * error)), expected * (1 - Tolerance), expected * (1 + Tolerance));
        Assert.InRange(errors.Average(), -5 * expected / Math.Sqrt(Trials), 5 * expected / Math.Sqrt(Trials));
    }

    [Theory]
    [InlineData(0, "spread")]
    [InlineData(0.7, "spread")]
    [InlineData(0.999, "spread")]
    [InlineData(0.7, "one column as wide as a chunk")]
    [InlineData(0.7, "constant rows")]
    public void Inner_products_are_kept_with_the_variance_of_a_count_sketch(double cosine, string structure)
    {
        const int Chunks = 100;
        float[] x = SketchContents.Normal(Chunks * Dimension, 3);
        float[] noise = SketchContents.Normal(Chunks * Dimension, 4);
        if (structure == "one column as wide as a chunk")
        {
            // All the weight at one place of every chunk: without rotations all of it would meet in one bucket.
            for (int i = 0; i < x.Length; i++)
            {
                (x[i], noise[i]) = i % Dimension == 5 ? (x[i], noise[i]) : (0, 0);
            }
        }
        else if (structure == "constant rows")
        {
            x = [.. x.Select((_, i) => x[i / Dimension * Dimension])];
            noise = [.. x.Select((_, i) => i % 2 == 0 ? 1f : -1f)];
        }

        (x, float[] y) = SketchContents.Pair(x, noise, cosine);
        double[] errors = [.. Enumerable.Range(0, Trials).Select(trial => RawInnerProduct(x, y, (ulong)trial) - cosine)];

        // Values of one chunk never collide, which takes 1 / Chunks off the variance of spread vectors; far less than the tolerance.
        double expected = Math.Sqrt((1 + (cosine * cosine)) / Dimension);
        Assert.InRange(Math.Sqrt(errors.Average(error => error * error)), expected * (1 - Tolerance), expected * (1 + Tolerance));
        Assert.InRange(errors.Average(), -5 * expected / Math.Sqrt(Trials), 5 * expected / Math.Sqrt(Trials));
    }

    private static double RawInnerProduct(float[] x, float[] y, ulong seed)
    {
        SketchConfig config = new(Dimension, seed);
        SketchPart left = new(config, VectorWidths.Best);
        SketchPart right = new(config, VectorWidths.Best);
        left.Add(x);
        right.Add(y);

        double product = 0;
        for (int i = 0; i < Dimension; i++)
        {
            product += left.Sums[i] * right.Sums[i];
        }

        return product;
    }
}
