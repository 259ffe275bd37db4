using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Tests.Quantization;

public sealed class LengthTests
{
    public static TheoryData<TensorDtype> Dtypes => DecodeSamples.Theory;

    public static TheoryData<TensorDtype> Blocks =>
        [.. DecodeSamples.Dtypes.Where(dtype => dtype.Quantization() != QuantizationType.None)];

    [Theory]
    [MemberData(nameof(Dtypes))]
    public void Bytes_that_end_within_a_block_are_refused(TensorDtype dtype) => AssertRefused(DecodeErrorCodes.Truncated, dtype, 3, -1);

    [Theory]
    [MemberData(nameof(Dtypes))]
    public void Bytes_that_end_between_blocks_are_refused(TensorDtype dtype) =>
        AssertRefused(DecodeErrorCodes.Truncated, dtype, 3, -dtype.Layout().Bytes);

    [Theory]
    [MemberData(nameof(Dtypes))]
    public void More_bytes_than_the_values_take_are_refused(TensorDtype dtype) => AssertRefused(DecodeErrorCodes.TooLong, dtype, 3, 1);

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Values_that_do_not_fill_a_block_are_refused(TensorDtype dtype)
    {
        byte[] bytes = new byte[2 * dtype.Layout().Bytes];
        int count = (2 * dtype.Layout().Elements) - 1;
        AssertCode(DecodeErrorCodes.Misaligned, () => TensorDecoder.Decode(dtype, bytes, new float[count]));
        AssertCode(DecodeErrorCodes.Misaligned, () => _ = Values(bytes, dtype, count));
    }

    [Fact]
    public void An_encoding_without_a_decoder_is_refused()
    {
        Assert.False(TensorDecoder.CanDecode(TensorDtype.Unknown));
        Assert.False(TensorDecoder.CanDecode((TensorDtype)(-1)));
        Assert.False(TensorDecoder.CanDecode((TensorDtype)1000));
        AssertCode(DecodeErrorCodes.Unsupported, () => TensorDecoder.Decode(TensorDtype.Unknown, [], new float[1]));
        AssertCode(DecodeErrorCodes.Unsupported, () => _ = Values([], TensorDtype.Unknown, 1));
    }

    [Fact]
    public void A_refusal_names_what_was_there_and_what_was_expected()
    {
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => Values(new byte[33], TensorDtype.Q8_0, 32));
        Assert.Equal("weights", error.File);
        Assert.Equal(33, error.Offset);
        Assert.Contains("32 values of Q8_0 take 34 bytes, but only 33 are there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_of_more_bytes_than_2_to_the_63_is_refused() =>
        AssertCode(DecodeErrorCodes.Truncated, () => _ = Values([], TensorDtype.F64, long.MaxValue));

    private static TensorValues Values(byte[] bytes, TensorDtype dtype, long count) =>
        new(new MemoryByteSource("weights", bytes), dtype, new TensorShape(count));

    private static void AssertRefused(string code, TensorDtype dtype, int blocks, int more)
    {
        BlockLayout layout = dtype.Layout();
        byte[] bytes = new byte[(blocks * layout.Bytes) + more];
        AssertCode(code, () => TensorDecoder.Decode(dtype, bytes, new float[blocks * layout.Elements]));
        AssertCode(code, () => _ = Values(bytes, dtype, blocks * layout.Elements));
    }

    private static void AssertCode(string code, Action action) => Assert.Equal(code, Assert.Throws<ModelFormatException>(action).Code);
}
