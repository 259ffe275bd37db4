using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Models;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("UINT32", 4096L, "4096")]
    [InlineData("BOOL", true, "True")]
    [InlineData("FLOAT32", 1e-05f, "1E-05")]
    [InlineData("FLOAT64", 0.1, "0.1")]
    [InlineData("UINT64", ulong.MaxValue, "18446744073709551615")]
    [InlineData("STRING", "llama", "llama")]
    [InlineData("STRING", "", "")]
    public void A_scalar_keeps_its_value_and_type(string type, object scalar, string text)
    {
        MetadataValue value = MetadataValue.Of(type, scalar);
        Assert.Equal(type, value.Type);
        Assert.Equal(scalar, value.Scalar);
        Assert.Null(value.Items);
        Assert.False(value.IsArray);
        Assert.True(value.IsComplete);
        Assert.Equal(1, value.Count);
        Assert.Equal(text, value.ToString());
    }

    [Fact]
    public void A_text_alone_is_a_string()
    {
        MetadataValue value = MetadataValue.Of("qwen2");
        Assert.Equal(("STRING", "qwen2"), (value.Type, value.Scalar));
    }

    [Fact]
    public void A_null_scalar_is_refused() => Assert.Throws<ArgumentNullException>(() => MetadataValue.Of("STRING", null!));

    [Fact]
    public void An_array_says_how_long_it_is()
    {
        MetadataValue value = MetadataValue.Array("INT32", [1L, 2L, 3L], 3);
        Assert.True(value.IsArray);
        Assert.True(value.IsComplete);
        Assert.Null(value.Scalar);
        Assert.Equal([1L, 2L, 3L], value.Items);
        Assert.Equal(3, value.Count);
        Assert.Equal("INT32[3]", value.ToString());
    }

    [Fact]
    public void An_empty_array_is_complete()
    {
        MetadataValue value = MetadataValue.Array("STRING", [], 0);
        Assert.True(value.IsArray);
        Assert.True(value.IsComplete);
        Assert.Equal("STRING[0]", value.ToString());
    }

    [Fact]
    public void Of_a_long_array_the_first_256_elements_are_kept()
    {
        object[] items = [.. Enumerable.Range(0, 300).Select(value => (object)(long)value)];
        MetadataValue value = MetadataValue.Array("STRING", items, 151936);
        Assert.Equal(256, value.Items!.Count);
        Assert.Equal(255L, value.Items[^1]);
        Assert.False(value.IsComplete);
        Assert.Equal(151936, value.Count);
        Assert.True(MetadataValue.Array("STRING", items[..256], 256).IsComplete);
    }

    [Fact]
    public void An_array_cannot_be_shorter_than_its_elements() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MetadataValue.Array("INT32", [1L, 2L], 1));

    [Fact]
    public void The_parameters_of_a_model_are_the_values_of_its_tensors()
    {
        Assert.Equal(0, Model().ParameterCount);
        Assert.Equal(45088769, Model(new TensorShape(4096, 11008), new TensorShape(), new TensorShape(0, 7)).ParameterCount);
    }

    [Fact]
    public void A_model_that_claims_too_many_parameters_has_the_largest_number() =>
        Assert.Equal(long.MaxValue, Model(new TensorShape(long.MaxValue), new TensorShape(long.MaxValue)).ParameterCount);

    private static ModelMetadata Model(params TensorShape[] shapes) => new()
    {
        Format = ModelFormat.Gguf,
        Metadata = new Dictionary<string, MetadataValue>(),
        Tensors =
        [
            .. shapes.Select((shape, i) => new TensorInfo
            {
                Name = $"t{i}",
                Shape = shape,
                Dtype = TensorDtype.U8,
                File = "m.gguf",
                Offset = 0,
                SizeBytes = shape.ElementCount,
            }),
        ],
    };
}
