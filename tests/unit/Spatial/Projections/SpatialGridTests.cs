using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Projections;

namespace Hartonomous.Tests.Spatial.Projections;

public sealed class SpatialGridTests
{
    [Theory]
    [InlineData(-100, 0u)]
    [InlineData(-1000, 0u)]
    [InlineData(0, 1u << 20)]
    [InlineData(-1e-9, (1u << 20) - 1)]
    [InlineData(99.99999, (1u << 21) - 1)]
    [InlineData(100, (1u << 21) - 1)]
    [InlineData(double.PositiveInfinity, (1u << 21) - 1)]
    public void Coordinates_fall_into_cells_of_21_bits(double coordinate, uint cell) =>
        Assert.Equal(cell, SpatialGrid.ToCell(coordinate, SpaceFillingCurve.Hilbert3D));

    [Fact]
    public void A_cell_gives_back_a_coordinate_within_itself()
    {
        foreach (SpaceFillingCurve curve in (SpaceFillingCurve[])[SpaceFillingCurve.Hilbert3D, SpaceFillingCurve.Morton2D])
        {
            foreach (uint cell in (uint[])[0, 1, 12345, curve.MaxCoordinate])
            {
                Assert.Equal(cell, SpatialGrid.ToCell(SpatialGrid.ToCoordinate(cell, curve), curve));
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => SpatialGrid.ToCell(double.NaN, SpaceFillingCurve.Hilbert3D));
    }

    [Fact]
    public void Batches_of_keys_and_balls_agree_with_single_points()
    {
        Random random = new(3);
        SpatialPoint[] points = [.. Enumerable.Range(0, 500).Select(_ =>
            new SpatialPoint((random.NextSingle() * 200) - 100, (random.NextSingle() * 200) - 100, (random.NextSingle() * 200) - 100))];
        foreach (SpaceFillingCurve curve in Enum.GetValues<CurveKind>().Select(SpaceFillingCurve.Of))
        {
            long[] keys = new long[points.Length];
            SpatialGrid.ToKeys(points, curve, keys);
            Assert.Equal(points.Select(point => SpatialGrid.ToKey(point, curve)), keys);
            for (int i = 0; i < 60; i++)
            {
                double radius = random.NextDouble() * 40;
                IReadOnlyList<KeyRange> ranges = curve.ToIntervals(SpatialGrid.ToBall(points[i], radius, curve), 16);
                for (int k = 0; k < points.Length; k++)
                {
                    Assert.True(points[i].DistanceTo(points[k]) > radius || ranges.Any(range => range.Contains(keys[k])));
                }
            }
        }
    }
}
