namespace Hartonomous.Tests.Cmdlets;

public class HartTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1_048_575, "1.0 MiB")]
    [InlineData(7_516_192_768, "7.0 GiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Sizes_have_binary_units_and_never_1024_of_one(long bytes, string expected) => Assert.Equal(expected, HartText.Size(bytes));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(1_100_048_384, "1.10B")]
    [InlineData(999_999, "1.00M")]
    [InlineData(7_241_732_096, "7.24B")]
    public void Counts_have_decimal_units(long count, string expected) => Assert.Equal(expected, HartText.Count(count));

    [Theory]
    [InlineData(new long[] { }, "scalar")]
    [InlineData(new long[] { 0 }, "0")]
    [InlineData(new long[] { 4096, 11008 }, "4096×11008")]
    public void Shapes_are_joined_by_the_sign_of_multiplication(long[] shape, string expected) =>
        Assert.Equal(expected, HartText.Shape(shape));
}
