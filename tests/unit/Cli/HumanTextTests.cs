using Hartonomous.Cli.Output;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Cli;

public class HumanTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1048575, "1.0 MiB")]
    [InlineData(1048576, "1.0 MiB")]
    [InlineData(5368709120, "5.0 GiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Sizes_are_in_binary_units(long bytes, string expected) => Assert.Equal(expected, HumanText.Size(bytes));

    [Theory]
    [InlineData(0.04, "0.0 s")]
    [InlineData(59.94, "59.9 s")]
    [InlineData(59.96, "1 min 00 s")]
    [InlineData(125, "2 min 05 s")]
    [InlineData(11220, "3 h 07 min")]
    public void Durations_grow_their_units(double seconds, string expected) => Assert.Equal(expected, HumanText.Duration(seconds));

    [Fact]
    public void Shapes_are_joined_by_the_sign_of_multiplication()
    {
        Assert.Equal("4096×11008", HumanText.Shape(new TensorShape(4096, 11008)));
        Assert.Equal("7", HumanText.Shape(new TensorShape(7)));
        Assert.Equal("scalar", HumanText.Shape(new TensorShape()));
    }

    [Fact]
    public void Containers_have_the_names_of_their_makers()
    {
        Assert.Equal("GGUF", HumanText.Format(ModelFormat.Gguf));
        Assert.Equal("SafeTensors", HumanText.Format(ModelFormat.SafeTensors));
        Assert.Equal("ONNX", HumanText.Format(ModelFormat.Onnx));
    }
}
