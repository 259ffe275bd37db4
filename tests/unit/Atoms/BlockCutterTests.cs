using Hartonomous.Core.Atoms.Pipeline;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Atoms;

/// <summary>Where tensors are cut, and where the pieces sit in their shape. Lengths follow from the layouts of the encodings alone.</summary>
public class BlockCutterTests
{
    [Theory]
    [InlineData(Granularity.Row, TensorDtype.F32, new long[] { 2, 3, 5 }, new int[] { 20, 20, 20, 20, 20, 20 })]
    [InlineData(Granularity.Row, TensorDtype.Q4_0, new long[] { 3, 64 }, new int[] { 36, 36, 36 })]
    [InlineData(Granularity.Row, TensorDtype.F16, new long[] { 7 }, new int[] { 14 })]
    [InlineData(Granularity.Row, TensorDtype.F16, new long[] { }, new int[] { 2 })]
    [InlineData(Granularity.Row, TensorDtype.U4, new long[] { 5, 3 }, new int[] { 3, 3, 2 })]
    [InlineData(Granularity.Row, TensorDtype.I2, new long[] { 4, 6 }, new int[] { 3, 3 })]
    [InlineData(Granularity.Value, TensorDtype.BF16, new long[] { 2, 2 }, new int[] { 2, 2, 2, 2 })]
    [InlineData(Granularity.Value, TensorDtype.Q8_0, new long[] { 2, 32 }, new int[] { 34, 34 })]
    [InlineData(Granularity.Value, TensorDtype.F6_E2M3, new long[] { 8 }, new int[] { 3, 3 })]
    [InlineData(Granularity.Tensor, TensorDtype.F32, new long[] { 100, 100 }, new int[] { 40_000 })]
    [InlineData(Granularity.Block, TensorDtype.F32, new long[] { 3, 10 }, new int[] { 80, 40 })]
    [InlineData(Granularity.Block, TensorDtype.F32, new long[] { 2, 40 }, new int[] { 100, 60, 100, 60 })]
    public void A_tensor_is_cut_by_its_granularity(Granularity granularity, TensorDtype dtype, long[] shape, int[] lengths)
    {
        Assert.Equal(lengths, Lengths(Tensor(dtype, shape), granularity, blockBytes: 100));
    }

    [Fact]
    public void Positions_are_those_of_the_first_value_of_each_piece()
    {
        TensorInfo tensor = Tensor(TensorDtype.F32, [2, 3, 5]);

        Assert.Equal([(0, 0, 0), (0, 1, 0), (0, 2, 0), (0, 0, 1), (0, 1, 1), (0, 2, 1)], Positions(tensor, Granularity.Row));
        Assert.Equal((4, 2, 1), Positions(tensor, Granularity.Value)[^1]);
        Assert.Equal([(0, 0, 0)], Positions(tensor, Granularity.Tensor));
        Assert.Equal([(0, 0, 0), (0, 2, 0), (0, 0, 0)], Positions(Tensor(TensorDtype.U4, [5, 3]), Granularity.Row).Take(2).Append((0, 0, 0)));
        Assert.Equal([(0, 0, 0), (32, 0, 0), (0, 1, 0), (32, 1, 0)], Positions(Tensor(TensorDtype.Q8_0, [2, 64]), Granularity.Value));
    }

    [Fact]
    public void A_tensor_of_over_64_MiB_is_cut_into_whole_rows_of_up_to_that()
    {
        TensorInfo tensor = Tensor(TensorDtype.F32, [3, 10_000_000]);
        Assert.Equal([40_000_000, 40_000_000, 40_000_000], Lengths(tensor, Granularity.Tensor, 1 << 20));
        Assert.Equal([67_108_864, 12_891_136], Lengths(Tensor(TensorDtype.F32, [1, 20_000_000]), Granularity.Row, 1 << 20));
    }

    [Fact]
    public void What_would_be_more_than_a_million_pieces_is_cut_into_blocks()
    {
        TensorInfo most = Tensor(TensorDtype.U8, [1 << 20]);
        TensorInfo more = Tensor(TensorDtype.U8, [(1 << 20) + 1]);

        Assert.False(BlockCutter.IsTooFine(most, Granularity.Value));
        Assert.True(BlockCutter.IsTooFine(more, Granularity.Value));
        Assert.False(BlockCutter.IsTooFine(more, Granularity.Row));
        Assert.True(BlockCutter.IsTooFine(Tensor(TensorDtype.U8, [(1 << 20) + 1, 2]), Granularity.Row));
        Assert.Equal([1 << 20, 1], Lengths(more, Granularity.Value, 1 << 20));
    }

    private static TensorInfo Tensor(TensorDtype dtype, long[] shape)
    {
        TensorShape dimensions = new(shape);
        Assert.True(dtype.TryGetPackedByteCount(dimensions.ElementCount, out long bytes));
        return new TensorInfo { Name = "t", Shape = dimensions, Dtype = dtype, File = "f", Offset = 0, SizeBytes = bytes };
    }

    private static List<int> Lengths(TensorInfo tensor, Granularity granularity, int blockBytes)
    {
        BlockCutter cutter = new(tensor, granularity, blockBytes);
        List<int> lengths = [];
        for (long offset = 0; offset < tensor.SizeBytes; offset += lengths[^1])
        {
            lengths.Add(cutter.LengthAt(offset));
        }

        return lengths;
    }

    private static List<(long X, long Y, long Z)> Positions(TensorInfo tensor, Granularity granularity)
    {
        BlockCutter cutter = new(tensor, granularity, 100);
        List<(long, long, long)> positions = [];
        for (long offset = 0; offset < tensor.SizeBytes; offset += cutter.LengthAt(offset))
        {
            positions.Add(cutter.PositionOf(offset));
        }

        return positions;
    }
}
