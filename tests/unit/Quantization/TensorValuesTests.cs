using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Tests.Quantization;

public sealed class TensorValuesTests
{
    public static TheoryData<TensorDtype> Dtypes => DecodeSamples.Theory;

    public static TheoryData<TensorDtype> Packed =>
        [TensorDtype.I2, TensorDtype.U2, TensorDtype.I4, TensorDtype.U4, TensorDtype.F4, TensorDtype.F6_E2M3, TensorDtype.F6_E3M2];

    [Theory]
    [MemberData(nameof(Dtypes))]
    public void Any_range_is_a_part_of_the_whole(TensorDtype dtype)
    {
        BlockLayout layout = dtype.Layout();
        int blocks = 300_000 / layout.Bytes;
        byte[] bytes = DecodeSamples.Bytes(blocks * layout.Bytes, 3);
        uint[] whole = DecodeSamples.Bits(DecodeSamples.Decode(dtype, bytes, blocks * layout.Elements, DecodeKernel.HardwareWidth));
        TensorValues values = new(new MemoryByteSource("weights", bytes), dtype, new TensorShape(blocks, layout.Elements));
        Assert.Equal(whole.Length, values.Count);
        AssertRange(values, whole, 0, whole.Length);
        AssertRange(values, whole, whole.Length - 1, 1);
        AssertRange(values, whole, 1, whole.Length - 2);
        Random random = new(5);
        for (int i = 0; i < 60; i++)
        {
            int start = random.Next(whole.Length);
            AssertRange(values, whole, start, random.Next(Math.Min(whole.Length - start, i < 50 ? 600 : whole.Length) + 1));
        }
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public void The_last_byte_may_be_filled_in_part(TensorDtype dtype)
    {
        BlockLayout layout = dtype.Layout();
        for (int count = 1; count <= 40; count++)
        {
            Assert.True(dtype.TryGetPackedByteCount(count, out long size));
            byte[] bytes = DecodeSamples.Bytes((int)size, count);
            int blocks = (count + layout.Elements - 1) / layout.Elements;
            byte[] padded = [.. bytes, .. new byte[(blocks * layout.Bytes) - (int)size]];
            uint[] expected = DecodeSamples.Bits(DecodeSamples.Decode(dtype, padded, blocks * layout.Elements))[..count];
            float[] decoded = new float[count];
            TensorDecoder.Decode(dtype, bytes, decoded);
            Assert.Equal(expected, DecodeSamples.Bits(decoded));
            TensorValues values = new(new MemoryByteSource("weights", bytes), dtype, new TensorShape(count));
            for (int start = 0; start <= count; start++)
            {
                AssertRange(values, expected, start, count - start);
            }
        }
    }

    [Fact]
    public void A_range_outside_the_tensor_is_refused()
    {
        TensorValues values = new(new MemoryByteSource("weights", new byte[34 * 2]), TensorDtype.Q8_0, new TensorShape(2, 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => values.Read(-1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => values.Read(65, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => values.Read(1, new float[64]));
        values.Read(64, []);
    }

    [Fact]
    public void A_scalar_and_a_tensor_without_values_can_be_read()
    {
        float[] one = new float[1];
        new TensorValues(new MemoryByteSource("weights", new byte[] { 0, 0, 0x80, 0x3F }), TensorDtype.F32, new TensorShape()).Read(0, one);
        Assert.Equal([1f], one);
        TensorValues none = new(new MemoryByteSource("weights", Array.Empty<byte>()), TensorDtype.Q4_0, new TensorShape(0, 32));
        Assert.Equal(0, none.Count);
        none.Read(0, []);
    }

    [Fact]
    public void Several_threads_may_read_at_once()
    {
        byte[] bytes = DecodeSamples.Bytes(18 * 40_000, 9);
        uint[] whole = DecodeSamples.Bits(DecodeSamples.Decode(TensorDtype.Q4_0, bytes, 32 * 40_000));
        TensorValues values = new(new MemoryByteSource("weights", bytes), TensorDtype.Q4_0, new TensorShape(40_000, 32));
        Parallel.For(0, 64, part => AssertRange(values, whole, (part * 20_000) - (part % 7 * Math.Min(part, 1)), 20_000));
    }

    [Theory]
    [InlineData(TensorDtype.Q4_0)]
    [InlineData(TensorDtype.I4)]
    [InlineData(TensorDtype.BF16)]
    public void All_cores_read_the_same_as_one(TensorDtype dtype)
    {
        const int Count = 3_000_032;
        Assert.True(dtype.TryGetPackedByteCount(Count, out long size));
        byte[] bytes = DecodeSamples.Bytes((int)size, 13);
        TensorValues values = new(new MemoryByteSource("weights", bytes), dtype, new TensorShape(Count));
        foreach ((int start, int length) in new[] { (0, Count), (1, Count - 1), (262_143, 2), (262_144, 262_144), (700_001, 1_999_999), (5, 0) })
        {
            float[] expected = new float[length];
            float[] parallel = new float[length];
            values.Read(start, expected);
            values.ReadParallel(start, parallel);
            Assert.True(DecodeSamples.Bits(expected).AsSpan().SequenceEqual(DecodeSamples.Bits(parallel)), $"{length} values from {start}");
        }
    }

    [Fact]
    public void A_reading_on_all_cores_can_be_cancelled_and_is_checked()
    {
        TensorValues values = new(new MemoryByteSource("weights", new byte[1000]), TensorDtype.U8, new TensorShape(1000));
        Assert.ThrowsAny<OperationCanceledException>(() => values.ReadParallel(0, new float[1000], new CancellationToken(true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => values.ReadParallel(1, new float[1000]));
    }

    [Fact]
    public void A_tensor_of_more_than_4_GiB_is_read_at_its_end()
    {
        using ByteSource content = new RepeatingSource(5L << 30);
        TensorValues values = new(content, TensorDtype.U8, new TensorShape(5L << 30));
        float[] last = new float[1000];
        values.Read(values.Count - last.Length, last);
        for (int i = 0; i < last.Length; i++)
        {
            Assert.Equal((float)(byte)((values.Count - last.Length + i) % 251), last[i]);
        }
    }

    private static void AssertRange(TensorValues values, uint[] whole, int start, int length)
    {
        float[] range = new float[length];
        values.Read(start, range);
        Assert.True(whole.AsSpan(start, length).SequenceEqual(DecodeSamples.Bits(range)), $"{values.Dtype}, {length} values from {start}");
    }

    /// <summary>A byte that says where it is, modulo 251, at any place.</summary>
    private sealed class RepeatingSource(long length) : ByteSource
    {
        public override string Name => "repeating";

        public override long Length => length;

        protected internal override void ReadCore(long offset, Span<byte> destination)
        {
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] = (byte)((offset + i) % 251);
            }
        }
    }
}
