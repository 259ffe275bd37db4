using System.Runtime.InteropServices;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Numerics.Lanes;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Tests.Spatial.Sketches;

public sealed class TensorSketcherTests
{
    public static TheoryData<int, ulong, int, double, double[], double, double> Golden => new()
    {
        // Dimension, seed, values, norm; values 0, 1, D/3, D/2, D-2, D-1 of the sketch; sum of magnitudes; sum of i times value i.
        { 1998, 42, 10_000, 57.59284097198888, [-0.010472629, 0.062601187, 0.029469978, 0.008731816, -0.035087496, 0.009852649], 35.541333, 1485.90745 },
        { 256, 42, 300_000, 315.4338093507697, [0.046283613, -0.122846907, -0.048424547, -0.054732069, 0.061886, -0.031410393], 13.016003, -43.64232 },
        { 37, 7, 1000, 18.213974686454595, [0.046247121, -0.077506243, 0.067086, 0.026437959, 0.098767466, -0.003900049], 4.652859, 40.79699 },
        { 1998, 42, 100, 5.788918126761135, [0, 0, 0, 0, 0, 0], 8.659057, -1302.75307 },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void Sketches_are_the_golden_ones(int dimension, ulong seed, int count, double norm, double[] some, double magnitudes, double moment)
    {
        Sketch sketch = new TensorSketcher(new SketchConfig(dimension, seed)).Compute(SketchContents.Counter(count));
        float[] values = sketch.Values.ToArray();
        Assert.Equal(norm, sketch.Norm, norm * 1e-6);
        Assert.Equal(some, ((int[])[0, 1, dimension / 3, dimension / 2, dimension - 2, dimension - 1]).Select(i => (double)values[i]), (a, b) => Math.Abs(a - b) < 2e-6);
        Assert.Equal(magnitudes, values.Sum(value => Math.Abs((double)value)), 1e-3);
        Assert.Equal(moment, values.Select((value, i) => (double)value * i).Sum(), 0.3);
        Assert.Equal(1, values.Sum(value => (double)value * value), 1e-6);
        Assert.Equal((count, 0L, false, false), (sketch.Count, sketch.NonFinite, sketch.IsZero, sketch.IsConstant));
    }

    [Theory]
    [InlineData(TensorDtype.F32)]
    [InlineData(TensorDtype.BF16)]
    [InlineData(TensorDtype.F16)]
    public void All_vector_widths_give_the_same_bits(TensorDtype dtype)
    {
        foreach ((int dimension, int count) in ((int, int)[])[(1998, 700_003), (256, 4096), (37, 5000), (1998, 1), (1998, 17)])
        {
            float[] values = SketchContents.Normal(count, 5);
            values[count / 2] = float.NaN;
            byte[] bytes = Store(values, dtype);
            Sketch[] sketches = [.. Enum.GetValues<VectorWidth>().Select(width =>
                new TensorSketcher(new SketchConfig(dimension), width).Compute(bytes, dtype, new TensorShape(count)))];
            foreach (Sketch other in sketches[1..])
            {
                Assert.Equal(sketches[0].Values.ToArray(), other.Values.ToArray());
                Assert.Equal((sketches[0].Norm, sketches[0].NonFinite, sketches[0].IsConstant), (other.Norm, other.NonFinite, other.IsConstant));
            }
        }
    }

    [Fact]
    public void Streams_memory_and_threads_give_the_same_bits()
    {
        // Just over two parts, so that threads share the work.
        int count = (int)(2 * SketchPart.ValuesIn(SketchConfig.Default)) + 12_345;
        byte[] bytes = SketchContents.ToBFloat16(SketchContents.Counter(count));
        TensorShape shape = new(count);
        TensorSketcher sketcher = new();
        Sketch memory = sketcher.Compute(bytes, TensorDtype.BF16, shape);
        using MemoryByteSource source = new("t", bytes);
        foreach (int threads in (int[])[1, 2, 5])
        {
            Sketch streamed = sketcher.Compute(source, TensorDtype.BF16, shape, threads);
            Assert.Equal(memory.Values.ToArray(), streamed.Values.ToArray());
            Assert.Equal(memory.Norm, streamed.Norm);
        }
    }

    [Fact]
    public void Stored_forms_of_one_content_stay_near()
    {
        float[] values = SketchContents.Normal(64 * 1024, 6);
        TensorShape shape = new(64, 1024);
        TensorSketcher sketcher = new();
        Sketch exact = sketcher.Compute(values);
        Assert.Equal(exact.Values.ToArray(), sketcher.Compute(Store(values, TensorDtype.F32), TensorDtype.F32, shape).Values.ToArray());
        // Relative errors: F16 2^-12, BF16 2^-9 at most half a unit each, uniform within it; the cosine differs by half their mean square.
        Assert.InRange(exact.Cosine(sketcher.Compute(SketchContents.ToHalf(values), TensorDtype.F16, shape)), 0.999999, 1);
        Assert.InRange(exact.Cosine(sketcher.Compute(SketchContents.ToBFloat16(values), TensorDtype.BF16, shape)), 0.99999, 1);
        // Q8_0: steps of 1/127 of a block's largest value, some 2.4 deviations, uniform within a step: half of (0.019 / sqrt 12)^2.
        Assert.InRange(exact.Cosine(sketcher.Compute(SketchContents.ToQ8(values), TensorDtype.Q8_0, shape)), 0.99997, 1);
    }

    [Fact]
    public void A_content_and_its_form_in_4_bits_are_as_near_as_their_values()
    {
        // The cosine of the values and of those that ggml decodes is 0.99817.
        TensorSketcher sketcher = new();
        Sketch exact = sketcher.Compute(SketchContents.Counter(2048));
        Sketch stored = sketcher.Compute(SketchContents.CounterAsQ4K, TensorDtype.Q4_K, new TensorShape(2048));
        Assert.Equal(0.99817, exact.Cosine(stored), 0.0005);
    }

    [Fact]
    public void Names_and_shapes_do_not_matter()
    {
        byte[] bytes = Store(SketchContents.Normal(6000, 7), TensorDtype.F32);
        TensorSketcher sketcher = new(new SketchConfig(256));
        Assert.Equal(
            sketcher.Compute(bytes, TensorDtype.F32, new TensorShape(6000)).Values.ToArray(),
            sketcher.Compute(bytes, TensorDtype.F32, new TensorShape(10, 20, 30)).Values.ToArray());
    }

    [Fact]
    public void Parts_have_the_sketches_of_tensors_of_their_own()
    {
        float[] values = SketchContents.Normal(7 * 300, 8);
        using MemoryByteSource source = new("t", Store(values, TensorDtype.F32));
        TensorSketcher sketcher = new(new SketchConfig(64));
        Sketch[] rows = [.. sketcher.ComputeParts(source, TensorDtype.F32, new TensorShape(7, 300), 1)];
        Assert.Equal(7, rows.Length);
        Assert.All(rows.Index(), row => Assert.Equal(sketcher.Compute(values.AsSpan(row.Index * 300, 300)).Values.ToArray(), row.Item.Values.ToArray()));
        Sketch[] blocks = [.. sketcher.ComputeParts(source, TensorDtype.F32, new TensorShape(7, 300), 3)];
        Assert.Equal([900L, 900L, 300L], blocks.Select(block => block.Count));
        Assert.Equal(rows[6].Values.ToArray(), blocks[2].Values.ToArray());
    }

    [Theory]
    [InlineData(TensorDtype.F32)]
    [InlineData(TensorDtype.BF16)]
    [InlineData(TensorDtype.F16)]
    public void Nan_and_infinity_count_as_zero_and_are_reported(TensorDtype dtype)
    {
        float[] clean = SketchContents.Normal(5000, 9);
        float[] dirty = [.. clean];
        foreach ((int index, float value) in ((int, float)[])[(0, float.NaN), (1999, float.PositiveInfinity), (4999, float.NegativeInfinity)])
        {
            clean[index] = 0;
            dirty[index] = value;
        }

        TensorSketcher sketcher = new();
        Sketch expected = sketcher.Compute(Store(clean, dtype), dtype, new TensorShape(5000));
        Sketch sketch = sketcher.Compute(Store(dirty, dtype), dtype, new TensorShape(5000));
        Assert.Equal(expected.Values.ToArray(), sketch.Values.ToArray());
        Assert.Equal((3L, expected.Norm, 5000L), (sketch.NonFinite, sketch.Norm, sketch.Count));
    }

    [Theory]
    [InlineData(0, 0f)]
    [InlineData(1, 0f)]
    [InlineData(5000, 0f)]
    [InlineData(5000, float.NaN)]
    [InlineData(300, float.NegativeInfinity)]
    public void Nothing_to_compare_is_the_zero_sketch_near_to_nothing(int count, float value)
    {
        float[] values = new float[count];
        values.AsSpan().Fill(value);
        TensorSketcher sketcher = new();
        Sketch sketch = sketcher.Compute(values);
        Assert.True(sketch.IsZero);
        Assert.All(sketch.Values.ToArray(), bucket => Assert.Equal(0, bucket));
        Assert.Equal((0.0, (long)count, float.IsFinite(value) ? 0L : count), (sketch.Norm, sketch.Count, sketch.NonFinite));
        Assert.Equal(0, sketch.Cosine(sketch));
        Assert.Equal(0, sketch.Cosine(sketcher.Compute([1f, 2f])));
    }

    [Fact]
    public void Constant_contents_are_flagged_and_their_sketches_agree_with_their_cosine()
    {
        TensorSketcher sketcher = new();
        float[] ones = new float[40_000];
        ones.AsSpan().Fill(1);
        Sketch one = sketcher.Compute(ones);
        Sketch third = sketcher.Compute([.. ones.Select(_ => -0.3f)]);
        Assert.True(one.IsConstant && third.IsConstant);
        Assert.Equal(-1, one.Cosine(third), 1e-5);
        ones[39_999] = 1.5f;
        Assert.False(sketcher.Compute(ones).IsConstant);

        // Unrelated weights are no neighbours of a constant: five standard deviations of the estimate.
        Assert.InRange(one.Cosine(sketcher.Compute(SketchContents.Normal(40_000, 10))), -5 / Math.Sqrt(1998), 5 / Math.Sqrt(1998));
    }

    [Theory]
    [InlineData(1e-40f)]
    [InlineData(1e-30f)]
    [InlineData(1e30f)]
    [InlineData(3.4e38f)]
    public void The_smallest_and_the_largest_numbers_keep_their_direction(float scale)
    {
        float[] values = [.. SketchContents.Counter(50_000).Select(value => value)];
        TensorSketcher sketcher = new(new SketchConfig(64));
        Sketch plain = sketcher.Compute(values);
        Sketch scaled = sketcher.Compute([.. values.Select(value => value * scale)]);
        Assert.InRange(plain.Cosine(scaled), 0.99999, 1);
        Assert.Equal(plain.Norm, scaled.Norm / scale, plain.Norm * 1e-4);
    }

    [Fact]
    public void Configurations_have_an_identity_and_do_not_mix()
    {
        Assert.Equal(SketchConfig.Default.Id, new SketchConfig(1998, 42).Id);
        Assert.NotEqual(SketchConfig.Default.Id, new SketchConfig(1998, 43).Id);
        Assert.NotEqual(SketchConfig.Default.Id, new SketchConfig(1997, 42).Id);
        // printf 'signed-fold/1 dimension=1998 seed=42' | sha256sum
        Assert.Equal("dc1312b79f92a0fd6e5ae97963898455eed11b436a59b395de59efabe8b09e8e", SketchConfig.Default.Id.ToString());
        Assert.Throws<ArgumentException>(() => new TensorSketcher().Compute([1f]).Cosine(new TensorSketcher(new SketchConfig(64)).Compute([1f])));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SketchConfig(15));
    }

    private static byte[] Store(float[] values, TensorDtype dtype) => dtype switch
    {
        TensorDtype.BF16 => SketchContents.ToBFloat16(values),
        TensorDtype.F16 => SketchContents.ToHalf(values),
        _ => MemoryMarshal.AsBytes<float>(values).ToArray(),
    };
}
