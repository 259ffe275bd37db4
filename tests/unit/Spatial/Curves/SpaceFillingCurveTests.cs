using System.Globalization;
using Hartonomous.Core.Numerics.Lanes;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Spatial.Curves;

public sealed class SpaceFillingCurveTests
{
    public static TheoryData<CurveKind> Kinds => new(Enum.GetValues<CurveKind>());

    [Theory]
    [InlineData("curves3d.txt", CurveKind.Hilbert3D, CurveKind.Morton3D)]
    [InlineData("curves2d.txt", CurveKind.Hilbert2D, CurveKind.Morton2D)]
    public void Keys_are_those_of_the_golden_file_on_every_vector_width(string file, CurveKind hilbert, CurveKind morton)
    {
        int axes = SpaceFillingCurve.Of(hilbert).Axes;
        long[][] rows = [.. File.ReadLines(TestData.Local(Path.Combine("spatial", file))).Where(line => line[0] != '#')
            .Select(line => line.Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray())];
        Assert.True(rows.Length > 400);
        uint[] x = [.. rows.Select(row => (uint)row[0])];
        uint[] y = [.. rows.Select(row => (uint)row[1])];
        uint[] z = axes == 3 ? [.. rows.Select(row => (uint)row[2])] : [];
        foreach ((CurveKind kind, int column) in ((CurveKind, int)[])[(hilbert, axes), (morton, axes + 1)])
        {
            SpaceFillingCurve curve = SpaceFillingCurve.Of(kind);
            long[] expected = [.. rows.Select(row => row[column])];
            Assert.Equal(expected, rows.Select(row => curve.Encode((uint)row[0], (uint)row[1], axes == 3 ? (uint)row[2] : 0)));
            foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
            {
                long[] keys = new long[rows.Length];
                curve.Encode(x, y, z, keys, width);
                Assert.Equal(expected, keys);
                (uint[] x2, uint[] y2, uint[] z2) = (new uint[x.Length], new uint[x.Length], new uint[z.Length]);
                curve.Decode(keys, x2, y2, z2, width);
                Assert.Equal(x, x2);
                Assert.Equal(y, y2);
                Assert.Equal(z, z2);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_key_decodes_to_the_point_it_was_made_of(CurveKind kind)
    {
        SpaceFillingCurve curve = SpaceFillingCurve.Of(kind);
        Random random = new(7);
        uint[] edges = [0, 1, curve.MaxCoordinate, curve.MaxCoordinate - 1, (curve.MaxCoordinate >> 1) + 1];
        for (int i = 0; i < 20_000; i++)
        {
            uint[] p = [.. Enumerable.Range(0, 3).Select(_ =>
                random.Next(4) == 0 ? edges[random.Next(edges.Length)] : (uint)random.NextInt64(curve.MaxCoordinate + 1L))];
            p[2] = curve.Axes == 3 ? p[2] : 0;
            long key = curve.Encode(p[0], p[1], p[2]);
            Assert.InRange(key, 0, curve.MaxKey);
            Assert.Equal((p[0], p[1], p[2]), curve.Decode(key));
        }

        foreach (long key in (long[])[0, 1, curve.MaxKey, curve.MaxKey - 1])
        {
            (uint x, uint y, uint z) = curve.Decode(key);
            Assert.Equal(key, curve.Encode(x, y, z));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Batches_of_any_length_give_what_single_points_give(CurveKind kind)
    {
        SpaceFillingCurve curve = SpaceFillingCurve.Of(kind);
        Random random = new(8);
        foreach (int count in (int[])[0, 1, 15, 16, 17, 100])
        {
            uint[] x = [.. Enumerable.Range(0, count).Select(_ => (uint)random.NextInt64(curve.MaxCoordinate + 1L))];
            uint[] y = [.. Enumerable.Range(0, count).Select(_ => (uint)random.NextInt64(curve.MaxCoordinate + 1L))];
            uint[] z = curve.Axes == 3 ? [.. x.Select(_ => (uint)random.NextInt64(curve.MaxCoordinate + 1L))] : [];
            long[] keys = new long[count];
            curve.Encode(x, y, z, keys);
            Assert.Equal(keys, Enumerable.Range(0, count).Select(i => curve.Encode(x[i], y[i], z.Length > 0 ? z[i] : 0)));
            (uint[] x2, uint[] y2, uint[] z2) = (new uint[count], new uint[count], new uint[z.Length]);
            curve.Decode(keys, x2, y2, z2);
            Assert.Equal((x, y, z), (x2, y2, z2), (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2) && a.Item3.SequenceEqual(b.Item3));
        }
    }

    [Theory]
    [InlineData(CurveKind.Hilbert3D, 512)]
    [InlineData(CurveKind.Hilbert2D, 4096)]
    public void Consecutive_values_are_unit_steps_over_the_whole_first_cube(CurveKind kind, int cells)
    {
        // The first 8^3 or 64^2 keys fill the cube at the origin, as the curve enters and leaves each cube once.
        SpaceFillingCurve curve = SpaceFillingCurve.Of(kind);
        uint edge = curve.Axes == 3 ? 8u : 64u;
        HashSet<(uint, uint, uint)> seen = [];
        (uint X, uint Y, uint Z) previous = curve.Decode(0);
        Assert.Equal((0u, 0u, 0u), previous);
        for (long key = 0; key < cells; key++)
        {
            (uint X, uint Y, uint Z) point = curve.Decode(key);
            Assert.True(seen.Add(point));
            Assert.True(point.X < edge && point.Y < edge && point.Z < edge);
            long step = Math.Abs((long)point.X - previous.X) + Math.Abs((long)point.Y - previous.Y) + Math.Abs((long)point.Z - previous.Z);
            Assert.Equal(key == 0 ? 0 : 1, step);
            previous = point;
        }

        Assert.Equal(cells, seen.Count);
    }

    [Fact]
    public void Hilbert_values_are_unit_steps_everywhere_on_the_curve()
    {
        Random random = new(9);
        foreach (SpaceFillingCurve curve in (SpaceFillingCurve[])[SpaceFillingCurve.Hilbert3D, SpaceFillingCurve.Hilbert2D])
        {
            for (int i = 0; i < 5_000; i++)
            {
                // Many trailing ones: the step crosses the borders of large cells.
                long key = random.NextInt64(curve.MaxKey) | ((1L << random.Next(curve.Axes * curve.Bits)) - 1);
                key = Math.Min(key, curve.MaxKey - 1);
                (uint x, uint y, uint z) = curve.Decode(key);
                (uint x2, uint y2, uint z2) = curve.Decode(key + 1);
                Assert.Equal(1, Math.Abs((long)x - x2) + Math.Abs((long)y - y2) + Math.Abs((long)z - z2));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Coordinates_and_keys_beyond_the_grid_are_refused(CurveKind kind)
    {
        SpaceFillingCurve curve = SpaceFillingCurve.Of(kind);
        uint beyond = curve.MaxCoordinate + 1;
        Assert.Throws<ArgumentOutOfRangeException>(() => curve.Encode(beyond, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => curve.Encode(0, beyond));
        Assert.Throws<ArgumentOutOfRangeException>(() => curve.Decode(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => curve.Encode([0], [beyond], curve.Axes == 3 ? [0] : [], new long[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => curve.Decode([0, -5], new uint[2], new uint[2], new uint[curve.Axes == 3 ? 2 : 0]));
        Assert.Throws<ArgumentException>(() => curve.Encode([0, 1], [0, 1], curve.Axes == 3 ? [0] : [0, 0], new long[2]));
        if (curve.Axes == 2)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => curve.Encode(0, 0, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => curve.Decode(curve.MaxKey + 1));
        }
    }
}
