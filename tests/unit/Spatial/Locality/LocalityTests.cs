using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Locality;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Tests.Spatial.Sketches;

namespace Hartonomous.Tests.Spatial.Locality;

public sealed class LocalityTests
{
    [Fact]
    public void Correlations_are_those_of_scipy()
    {
        // scipy.stats.pearsonr and scipy.stats.spearmanr.
        double[] x = [1, 2, 2, 4, 7, 11, 3, 2];
        double[] y = [0.5, 1, 3, 2, 9, 6, 2, 2.5];
        Assert.Equal(0.7774579020588086, Correlation.Pearson(x, y), 1e-12);
        Assert.Equal([1, 3, 3, 6, 7, 8, 5, 3], Correlation.Ranks(x));
        Assert.Equal(0.6995049884851877, Correlation.Pearson(Correlation.Ranks(x), Correlation.Ranks(y)), 1e-12);
        Assert.True(double.IsNaN(Correlation.Pearson([1, 1], [1, 2])));
    }

    [Fact]
    public void Three_dimensions_keep_little_of_strangers_and_a_curve_much_of_three_dimensions()
    {
        const int Dimension = 48;
        const int Count = 300;
        SketchProjection projection = new(new ProjectionConfig(Dimension: Dimension));
        SketchArray strangers = new(Count, Dimension);
        for (int i = 0; i < Count; i++)
        {
            SketchContents.Normal(Dimension, i).CopyTo(strangers[i]);
            Normalize(strangers[i]);
        }

        LocalityReport lost = LocalityMeasure.Measure(strangers, projection, SpaceFillingCurve.Hilbert3D, 200, 5);
        Assert.Equal((200, 19_900, 5), (lost.Sketches, lost.Pairs, lost.Neighbors));
        Assert.InRange(lost.SpacePearson, 0.05, 0.5); // 3 of 48 dimensions: about sqrt(3 / 48)
        Assert.InRange(lost.SpacePreservation, lost.ChancePreservation, 0.4);
        Assert.InRange(lost.KeySpearman, 0.2, 0.9);
        Assert.InRange(lost.KeyPreservation, 0.3, 0.95);
        Assert.Equal(lost, LocalityMeasure.Measure(strangers, projection, SpaceFillingCurve.Hilbert3D, 200, 5));
        Assert.NotEqual(lost.KeyPearson, LocalityMeasure.Measure(strangers, projection, SpaceFillingCurve.Morton3D, 200, 5).KeyPearson);
    }

    [Fact]
    public void Zero_sketches_are_left_out_and_too_few_are_refused()
    {
        SketchProjection projection = new(new ProjectionConfig(Dimension: 32));
        SketchArray sketches = new(50, 32);
        for (int i = 0; i < 3; i++)
        {
            SketchContents.Normal(32, i).CopyTo(sketches[i * 7]);
            Normalize(sketches[i * 7]);
        }

        LocalityReport report = LocalityMeasure.Measure(sketches, projection, SpaceFillingCurve.Hilbert3D);
        Assert.Equal((3, 3, 2, 1.0), (report.Sketches, report.Pairs, report.Neighbors, report.SpacePreservation));
        sketches[0].Clear();
        Assert.Throws<ArgumentException>(() => LocalityMeasure.Measure(sketches, projection, SpaceFillingCurve.Hilbert3D));
    }

    private static void Normalize(Span<float> values)
    {
        double squares = 0;
        foreach (float value in values)
        {
            squares += (double)value * value;
        }

        foreach (ref float value in values)
        {
            value = (float)(value / Math.Sqrt(squares));
        }
    }
}
