using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.SafeTensors;

/// <summary>
/// The byte strings of the tests in <c>safetensors/src/tensor.rs</c>, and what this reader says where that one gives its error.
/// </summary>
public class SafeTensorsUpstreamVectorTests
{
    private const string Entry = """<\0\0\0\0\0\0\0{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""";
    private const string Zeros14 = @"\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    [Theory]
    [InlineData("test_json_attack", null, SafeTensorsErrorCodes.Overlap)]
    [InlineData(
        "test_metadata_incomplete_buffer",
        Entry + Zeros14 + @"\0\0extra_bogus_data_for_polyglot_file",
        SafeTensorsErrorCodes.TrailingData)]
    [InlineData("missing 2 bytes", Entry + Zeros14, SafeTensorsErrorCodes.DataTruncated)]
    [InlineData(
        "test_header_too_large",
        """<\0\0\0\0\xff\xff\xff{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}""" + Zeros14 + @"\0\0",
        SafeTensorsErrorCodes.HeaderTooLarge)]
    [InlineData("test_header_too_small", "", SafeTensorsErrorCodes.HeaderTooSmall)]
    [InlineData("test_invalid_header_length", @"<\0\0\0\0\0\0\0", SafeTensorsErrorCodes.HeaderLength)]
    [InlineData("test_invalid_header_non_utf8", @"\x01\0\0\0\0\0\0\0\xff", SafeTensorsErrorCodes.HeaderUtf8)]
    [InlineData("test_invalid_header_not_json", @"\x01\0\0\0\0\0\0\0{", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData(
        "test_invalid_info",
        """<\0\0\0\0\0\0\0{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0, 4]}}""",
        SafeTensorsErrorCodes.TensorSize)]
    [InlineData(
        "test_validation_overflow of the shape",
        """O\0\0\0\0\0\0\0{"test":{"dtype":"I32","shape":[2,18446744073709551614],"data_offsets":[0,16]}}""" + Zeros14 + @"\0\0",
        SafeTensorsErrorCodes.ShapeOverflow)]
    [InlineData(
        "test_validation_overflow of the size",
        """N\0\0\0\0\0\0\0{"test":{"dtype":"I32","shape":[2,9223372036854775807],"data_offsets":[0,16]}}""" + Zeros14 + @"\0\0",
        SafeTensorsErrorCodes.ShapeOverflow)]
    public void What_the_reference_reader_refuses_is_refused(string test, string? vector, string code)
    {
        byte[] file = vector is null ? TenTensorsOverOneRange() : Unescape(vector);
        ModelFormatException error = SafeTensorsTest.Fail(file);
        Assert.True(code == error.Code, $"{test}: {error.Message}");
    }

    [Theory]
    [InlineData(@"\x06\0\0\0\0\0\0\0{}\r\x20\t\n")]
    [InlineData(@"\x06\0\0\0\0\0\0\0\t\n{}\r\x20")]
    public void White_space_around_the_header_is_allowed(string vector) => Assert.Empty(SafeTensorsTest.Read(Unescape(vector)).Tensors);

    [Theory]
    [InlineData("""8\0\0\0\0\0\0\0{"test":{"dtype":"I32","shape":[],"data_offsets":[0,4]}}\0\0\0\0""", "[]", 4)]
    [InlineData("""<\0\0\0\0\0\0\0{"test":{"dtype":"I32","shape":[2,0],"data_offsets":[0, 0]}}""", "[2, 0]", 0)]
    [InlineData(Entry + Zeros14 + @"\0\0", "[2, 2]", 16)]
    public void What_the_reference_reader_accepts_is_accepted(string vector, string shape, long size)
    {
        TensorInfo tensor = Assert.Single(SafeTensorsTest.Read(Unescape(vector)).Tensors);
        Assert.Equal("test", tensor.Name);
        Assert.Equal(TensorDtype.I32, tensor.Dtype);
        Assert.Equal(shape, tensor.Shape.ToString());
        Assert.Equal(size, tensor.SizeBytes);
    }

    private static byte[] TenTensorsOverOneRange()
    {
        IEnumerable<string> entries = Enumerable.Range(0, 10).Select(i => SafeTensorsBuilder.Tensor($"weight_{i}", "F32", "[2,2]", 0, 16));
        return SafeTensorsBuilder.File($"{{{string.Join(",", entries)}}}", 16);
    }

    // The escapes of a byte string literal of Rust.
    private static byte[] Unescape(string vector)
    {
        List<byte> bytes = [];
        for (int i = 0; i < vector.Length; i++)
        {
            if (vector[i] != '\\')
            {
                bytes.Add((byte)vector[i]);
                continue;
            }

            i++;
            bytes.Add(vector[i] switch
            {
                '0' => 0,
                't' => (byte)'\t',
                'n' => (byte)'\n',
                'r' => (byte)'\r',
                _ => Convert.ToByte(vector.Substring(i + 1, 2), 16),
            });
            i += vector[i] == 'x' ? 2 : 0;
        }

        return [.. bytes];
    }
}
