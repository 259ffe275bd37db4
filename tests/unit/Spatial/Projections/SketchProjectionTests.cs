using Hartonomous.Core.Numerics.Lanes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Spatial.Sketches;
using Hartonomous.Tests.Spatial.Sketches;

namespace Hartonomous.Tests.Spatial.Projections;

public sealed class SketchProjectionTests
{
    [Theory]
    [InlineData(ProjectionMethod.Orthonormal, 1998, 10_000, 9.264955, -11.347076, -18.216374)]
    [InlineData(ProjectionMethod.Orthonormal, 256, 300_000, 15.105656, 1.691969, -26.191163)]
    [InlineData(ProjectionMethod.Landmark, 1998, 10_000, -14.583764, -14.076436, 11.372440)]
    [InlineData(ProjectionMethod.Landmark, 256, 300_000, -9.360599, -28.630632, 3.345020)]
    public void Points_are_the_golden_ones_on_every_vector_width(ProjectionMethod method, int dimension, int count, double x, double y, double z)
    {
        float[] sketch = new TensorSketcher(new SketchConfig(dimension)).Compute(SketchContents.Counter(count)).Values.ToArray();
        SketchProjection projection = new(new ProjectionConfig(method, dimension));
        SpatialPoint point = projection.Project(sketch);

        // The sketch is in single precision, the arc cosine good to 2e-8; both are scaled by up to 5000.
        Assert.Equal((x, y, z), (point.X, point.Y, point.Z), (a, b) => Near(a.Item1, b.Item1) && Near(a.Item2, b.Item2) && Near(a.Item3, b.Item3));
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
        {
            SpatialPoint[] points = new SpatialPoint[2];
            projection.Project([.. sketch, .. sketch], points, width);
            Assert.Equal([point, point], points);
        }

        static bool Near(double a, double b) => Math.Abs(a - b) < 2e-3;
    }

    [Theory]
    [InlineData(ProjectionMethod.Orthonormal)]
    [InlineData(ProjectionMethod.Landmark)]
    public void Unrelated_sketches_use_the_box_to_four_deviations(ProjectionMethod method)
    {
        const int Dimension = 512;
        const int Count = 4000;
        float[] sketches = Units(Count, Dimension, 1);
        SpatialPoint[] points = new SpatialPoint[Count];
        new SketchProjection(new ProjectionConfig(method, Dimension)).Project(sketches, points);
        foreach (Func<SpatialPoint, float> axis in (Func<SpatialPoint, float>[])[p => p.X, p => p.Y, p => p.Z])
        {
            // 25 units a deviation, known to 1.1 % from 4000 points.
            Assert.Equal(25, Math.Sqrt(points.Average(point => (double)axis(point) * axis(point))), 2.0);
            Assert.All(points, point => Assert.InRange(axis(point), -100f, 100f));
        }
    }

    [Fact]
    public void The_orthonormal_projection_only_shrinks_distances()
    {
        const int Dimension = 100;
        float[] sketches = Units(400, Dimension, 2);
        SketchProjection projection = new(new ProjectionConfig(ProjectionMethod.Orthonormal, Dimension));
        Assert.True(projection.IsContraction);
        for (int i = 0; i < 400; i += 2)
        {
            ReadOnlySpan<float> a = sketches.AsSpan(i * Dimension, Dimension);
            ReadOnlySpan<float> b = sketches.AsSpan((i + 1) * Dimension, Dimension);
            double square = 0;
            for (int k = 0; k < Dimension; k++)
            {
                square += (a[k] - b[k]) * (double)(a[k] - b[k]);
            }

            Assert.InRange(projection.Project(a).DistanceTo(projection.Project(b)) / projection.Scale, 0, Math.Sqrt(square) * 1.00001);
        }
    }

    [Theory]
    [InlineData(ProjectionMethod.Orthonormal)]
    [InlineData(ProjectionMethod.Landmark)]
    public void The_zero_sketch_lies_in_the_centre(ProjectionMethod method)
    {
        SpatialPoint point = new SketchProjection(new ProjectionConfig(method, 64)).Project(new float[64]);
        Assert.Equal((0, 0, 0), (point.X, point.Y, point.Z), (a, b) =>
            Math.Abs(a.Item1 - b.Item1) < 1e-3 && Math.Abs(a.Item2 - b.Item2) < 1e-3 && Math.Abs(a.Item3 - b.Item3) < 1e-3);
    }

    [Fact]
    public void Spheres_that_do_not_meet_give_the_nearest_point_of_the_plane()
    {
        // At the first landmark itself: 0, 1/2 and 1/2 away. At its opposite: 1, 1/2, 1/2.
        Assert.Equal((0.0, 0.0, 0.0), Trilateration.Solve(0, 0.5, 0.5), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-9 && a.Item3 == b.Item3);
        foreach ((double a, double b, double c) in ((double, double, double)[])[(1, 0.5, 0.5), (0, 0, 0), (1, 1, 1), (0, 1, 0.5)])
        {
            (double x, double y, double z) = Trilateration.Solve(a, b, c);
            Assert.True(double.IsFinite(x) && double.IsFinite(y) && z >= 0);
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0.5, 1.0 / 3)]
    [InlineData(0, 0.5)]
    [InlineData(-0.5, 2.0 / 3)]
    [InlineData(-1, 1)]
    [InlineData(1.0000001, 0)]
    [InlineData(0.70710678118654752, 0.25)]
    public void Angular_distances_are_angles_over_pi(double cosine, double expected) => Assert.Equal(expected, Trilateration.AngularDistance(cosine), 2e-8);

    [Fact]
    public void Configurations_have_an_identity_of_their_own()
    {
        ProjectionConfig[] all =
        [
            new(), new(ProjectionMethod.Landmark), new(Seed: 43), new(Dimension: 256),
        ];
        Assert.Equal(all.Length, all.Select(config => config.Id).Distinct().Count());
        Assert.Equal(new ProjectionConfig().Id, ProjectionConfig.Default.Id);
        // printf 'orthonormal/1 dimension=1998 seed=42 box=100 deviations=4' | sha256sum
        Assert.Equal("6fa9bd42e6ee335c66a2cbbc34ad7a3d53f01a52b253305bdcd54962e4c7a25d", ProjectionConfig.Default.Id.ToString());
        Assert.Throws<ArgumentException>(() => new SketchProjection().Project(new float[5]));
    }

    private static float[] Units(int count, int dimension, int seed)
    {
        float[] values = SketchContents.Normal(count * dimension, seed);
        for (int i = 0; i < count; i++)
        {
            Span<float> row = values.AsSpan(i * dimension, dimension);
            double length = 0;
            foreach (float value in row)
            {
                length += (double)value * value;
            }

            foreach (ref float value in row)
            {
                value = (float)(value / Math.Sqrt(length));
            }
        }

        return values;
    }
}
