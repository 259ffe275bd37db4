using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Models;

public sealed class TensorShapeTests
{
    [Fact]
    public void A_scalar_has_no_dimensions_and_one_value()
    {
        foreach (TensorShape shape in (TensorShape[])[default, new TensorShape(), new TensorShape([]), TensorShape.Parse("[]")])
        {
            Assert.Equal(0, shape.Rank);
            Assert.Empty(shape.Dimensions);
            Assert.Equal((1L, 1L, 1L), (shape.ElementCount, shape.RowLength, shape.RowCount));
            Assert.Equal("[]", shape.ToString());
            Assert.Equal(default, shape);
            Assert.Equal(default(TensorShape).GetHashCode(), shape.GetHashCode());
        }
    }

    [Theory]
    [InlineData(new long[] { 7 }, 7, 7, 1)]
    [InlineData(new long[] { 4096, 11008 }, 45088768, 11008, 4096)]
    [InlineData(new long[] { 64, 3, 7, 5 }, 6720, 5, 1344)]
    [InlineData(new long[] { 1, 1, 1 }, 1, 1, 1)]
    [InlineData(new long[] { 0 }, 0, 0, 0)]
    [InlineData(new long[] { 0, 5 }, 0, 5, 0)]
    [InlineData(new long[] { 5, 0 }, 0, 0, 0)]
    [InlineData(new long[] { long.MaxValue }, long.MaxValue, long.MaxValue, 1)]
    public void Values_and_rows_are_counted(long[] dimensions, long elements, long rowLength, long rowCount)
    {
        TensorShape shape = new(dimensions);
        Assert.Equal(dimensions, shape.Dimensions);
        Assert.Equal(dimensions.Length, shape.Rank);
        Assert.Equal((elements, rowLength, rowCount), (shape.ElementCount, shape.RowLength, shape.RowCount));
    }

    [Theory]
    [InlineData(new[] { 2, 9223372036854775807 })]
    [InlineData(new[] { 4294967296, 2147483648 })]
    [InlineData(new[] { 4294967296, 4294967296 })]
    [InlineData(new[] { 9223372036854775807, 9223372036854775807, 9223372036854775807 })]
    [InlineData(new[] { 0, 4294967296, 4294967296 })]
    [InlineData(new[] { 4294967296, 0, 4294967296 })]
    [InlineData(new[] { 4294967296, 4294967296, 0 })]
    public void A_product_above_63_bits_is_refused_even_where_a_dimension_is_0(long[] dimensions)
    {
        Assert.False(TensorShape.TryCountElements(dimensions, out _));
        Assert.Throws<OverflowException>(() => new TensorShape(dimensions));
    }

    [Theory]
    [InlineData(new[] { 2, -2L })]
    [InlineData(new[] { -1L })]
    [InlineData(new[] { 0, -1L })]
    [InlineData(new[] { long.MinValue, 2 })]
    public void A_negative_dimension_is_refused(long[] dimensions)
    {
        Assert.False(TensorShape.TryCountElements(dimensions, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TensorShape(dimensions));
    }

    [Theory]
    [InlineData(new[] { 4294967296, 2147483647 }, 9223372032559808512)]
    [InlineData(new[] { 1, 9223372036854775807, 1 }, 9223372036854775807)]
    [InlineData(new[] { 0, 9223372036854775807 }, 0)]
    [InlineData(new long[] { }, 1)]
    public void A_product_up_to_63_bits_is_counted(long[] dimensions, long elements)
    {
        Assert.True(TensorShape.TryCountElements(dimensions, out long counted));
        Assert.Equal(elements, counted);
    }

    [Theory]
    [InlineData("[4096, 11008]", "[4096, 11008]")]
    [InlineData("4096,11008", "[4096, 11008]")]
    [InlineData("  [ 3 ,4 ]  ", "[3, 4]")]
    [InlineData("", "[]")]
    [InlineData("[ ]", "[]")]
    [InlineData("007", "[7]")]
    public void Brackets_and_spaces_may_be_left_out(string text, string shape) => Assert.Equal(shape, TensorShape.Parse(text).ToString());

    [Theory]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData("[3")]
    [InlineData("[[3]]")]
    [InlineData("3,")]
    [InlineData(",")]
    [InlineData("-3")]
    [InlineData("+3")]
    [InlineData("3.0")]
    [InlineData("0x10")]
    [InlineData("3 4")]
    [InlineData("three")]
    public void A_text_that_is_no_list_of_whole_numbers_is_refused(string text) =>
        Assert.Throws<FormatException>(() => TensorShape.Parse(text));

    [Theory]
    [InlineData("[2, 18446744073709551614]")]
    [InlineData("[2, 9223372036854775807]")]
    [InlineData("[9223372036854775808]")]
    public void A_text_whose_numbers_are_too_large_is_refused(string text) =>
        Assert.Throws<FormatException>(() => TensorShape.Parse(text));

    [Fact]
    public void A_null_text_is_refused() => Assert.Throws<ArgumentNullException>(() => TensorShape.Parse(null!));

    [Fact]
    public void Shapes_are_equal_when_all_dimensions_are()
    {
        Assert.True(new TensorShape(2, 3) == new TensorShape(2, 3));
        Assert.True(new TensorShape(2, 3) != new TensorShape(3, 2));
        Assert.True(new TensorShape(6) != new TensorShape(2, 3));
        Assert.True(new TensorShape(1) != new TensorShape());
        Assert.Equal(new TensorShape(2, 3).GetHashCode(), new TensorShape(2, 3).GetHashCode());
        Assert.False(new TensorShape(2).Equals((object)2L));
    }

    [Fact]
    public void Changing_the_array_does_not_change_the_shape()
    {
        long[] dimensions = [2, 3];
        TensorShape shape = new(dimensions);
        dimensions[0] = 9;
        Assert.Equal("[2, 3]", shape.ToString());
    }

    [Fact]
    public void What_is_written_is_read_back_equal() =>
        Prop.ForAll(Shapes(), dimensions =>
        {
            TensorShape shape = new(dimensions);
            TensorShape read = TensorShape.Parse(shape.ToString());
            return read == shape && read.ElementCount == shape.ElementCount && read.GetHashCode() == shape.GetHashCode();
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_count_agrees_with_unbounded_arithmetic() =>
        Prop.ForAll(AnyDimensions(), dimensions =>
        {
            BigInteger product = dimensions.Where(value => value != 0).Aggregate(BigInteger.One, (left, right) => left * right);
            bool fits = product <= long.MaxValue;
            bool counted = TensorShape.TryCountElements(dimensions, out long elements);
            return counted == fits && (!counted || elements == (dimensions.Contains(0) ? 0 : product));
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<long[]> Shapes() => Gen.Choose(0, 100).Select(value => (long)value).ArrayOf()
        .Select(dimensions => dimensions.Take(9).ToArray()).ToArbitrary();

    private static Arbitrary<long[]> AnyDimensions() => Gen.Choose(0, 62)
        .SelectMany(bits => Gen.Choose(-1, 1).Select(off => Math.Max(0, (1L << bits) + off))).ArrayOf()
        .Select(dimensions => dimensions.Take(4).ToArray()).ToArbitrary();
}
