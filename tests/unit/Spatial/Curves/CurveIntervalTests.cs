using Hartonomous.Core.Spatial.Curves;

namespace Hartonomous.Tests.Spatial.Curves;

public sealed class CurveIntervalTests
{
    public static TheoryData<CurveKind> Kinds => new(Enum.GetValues<CurveKind>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_point_of_a_small_box_or_ball_lies_in_a_range(CurveKind kind)
    {
        SpaceFillingCurve curve = SpaceFillingCurve.Of(kind);
        bool flat = curve.Axes == 2;
        Random random = new(11);
        for (int round = 0; round < 60; round++)
        {
            uint[] low = [.. Enumerable.Range(0, 3).Select(_ => (uint)random.NextInt64(curve.MaxCoordinate - 20))];
            uint[] size = [.. Enumerable.Range(0, 3).Select(_ => (uint)random.Next(14))];
            (low[2], size[2]) = flat ? (0, 0) : (low[2], size[2]);
            GridRegion region = round % 2 == 0
                ? new GridBox((low[0], low[1], low[2]), (low[0] + size[0], low[1] + size[1], low[2] + size[2]))
                : new GridBall((low[0] + 7, low[1] + 7, flat ? 0 : low[2] + 7), random.NextDouble() * 7);
            int maxRanges = 1 + random.Next(40);
            IReadOnlyList<KeyRange> ranges = curve.ToIntervals(region, maxRanges);
            Assert.InRange(ranges.Count, 1, maxRanges);
            AssertAscending(ranges);
            int inside = 0;
            for (uint x = low[0]; x <= low[0] + 14; x++)
            {
                for (uint y = low[1]; y <= low[1] + 14; y++)
                {
                    for (uint z = low[2]; z <= low[2] + (flat ? 0 : 14); z++)
                    {
                        if (region.Contains(x, y, z))
                        {
                            inside++;
                            long key = curve.Encode(x, y, z);
                            Assert.Contains(ranges, range => range.Contains(key));
                        }
                    }
                }
            }

            Assert.True(inside > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Random_points_of_large_regions_lie_in_a_range(CurveKind kind)
    {
        SpaceFillingCurve curve = SpaceFillingCurve.Of(kind);
        Random random = new(12);
        long all = curve.MaxCoordinate + 1L;
        for (int round = 0; round < 30; round++)
        {
            uint Draw(long limit) => (uint)random.NextInt64(limit);
            (uint X, uint Y, uint Z) center = (Draw(all), Draw(all), curve.Axes == 3 ? Draw(all) : 0);
            double radius = curve.MaxCoordinate * Math.Pow(random.NextDouble(), 4);
            GridBall ball = new(center, radius);
            IReadOnlyList<KeyRange> ranges = curve.ToIntervals(ball, 32);
            Assert.InRange(ranges.Count, 1, 32);
            for (int i = 0; i < 300; i++)
            {
                uint Near(uint c) => (uint)Math.Clamp(c + ((random.NextDouble() - 0.5) * 2 * radius), 0, curve.MaxCoordinate);
                (uint x, uint y, uint z) = (Near(center.X), Near(center.Y), curve.Axes == 3 ? Near(center.Z) : 0);
                if (ball.Contains(x, y, z))
                {
                    long key = curve.Encode(x, y, z);
                    Assert.Contains(ranges, range => range.Contains(key));
                }
            }
        }
    }

    [Fact]
    public void An_aligned_cube_is_one_range_that_holds_nothing_else()
    {
        foreach (CurveKind kind in (CurveKind[])[CurveKind.Hilbert3D, CurveKind.Morton3D])
        {
            SpaceFillingCurve curve = SpaceFillingCurve.Of(kind);
            KeyRange range = Assert.Single(curve.ToIntervals(new GridBox((64, 128, 192), (127, 191, 255)), 8));
            Assert.Equal((64L * 64 * 64) - 1, range.Last - range.First);
        }
    }

    [Fact]
    public void More_ranges_hold_fewer_keys_that_lie_outside()
    {
        GridBall ball = new((1_000_000, 1_100_000, 900_000), 50_000);
        double[] held = [.. ((int[])[1, 4, 32, 256]).Select(count => SpaceFillingCurve.Hilbert3D.ToIntervals(ball, count)
            .Sum(range => (double)(range.Last - range.First) + 1))];
        Assert.True(held[0] >= held[1] && held[1] > held[2] && held[2] > held[3]);
        double volume = 4.0 / 3 * Math.PI * Math.Pow(50_000, 3);
        Assert.InRange(held[3], volume, 2 * volume);
    }

    [Fact]
    public void The_whole_grid_is_one_range_and_a_region_beyond_it_is_none()
    {
        foreach (SpaceFillingCurve curve in Enum.GetValues<CurveKind>().Select(SpaceFillingCurve.Of))
        {
            uint max = curve.MaxCoordinate;
            uint maxZ = curve.Axes == 3 ? max : 0;
            Assert.Equal(new KeyRange(0, curve.MaxKey), Assert.Single(curve.ToIntervals(new GridBox((0, 0, 0), (max, max, maxZ)))));
            Assert.Empty(curve.ToIntervals(new GridBox((max + 1, 0, 0), (max + 5, 9, 0))));
        }
    }

    [Fact]
    public void Impossible_regions_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new GridBox((5, 0, 0), (4, 9, 9)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GridBall((5, 0, 0), double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GridBall((5, 0, 0), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpaceFillingCurve.Morton3D.ToIntervals(new GridBall((5, 0, 0), 1), 0));
    }

    private static void AssertAscending(IReadOnlyList<KeyRange> ranges)
    {
        long before = -1;
        foreach (KeyRange range in ranges)
        {
            Assert.True(range.First > before && range.Last >= range.First);
            before = range.Last;
        }
    }
}
