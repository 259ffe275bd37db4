using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.SafeTensors;

/// <summary>Headers that are refused, each with its code.</summary>
public class SafeTensorsRejectTests
{
    private const string T = "\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}";

    [Theory]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001UL)]
    public void A_header_longer_than_the_reference_reader_accepts_is_refused(ulong length) =>
        Assert.Equal(SafeTensorsErrorCodes.HeaderTooLarge, SafeTensorsTest.Fail(SafeTensorsBuilder.WithLength(length, "{}"u8)).Code);

    [Theory]
    [InlineData(100_000_000UL)]
    [InlineData(3UL)]
    public void A_header_longer_than_the_file_is_refused(ulong length) =>
        Assert.Equal(SafeTensorsErrorCodes.HeaderLength, SafeTensorsTest.Fail(SafeTensorsBuilder.WithLength(length, "{}"u8)).Code);

    [Fact]
    public void A_header_of_100_000_000_bytes_is_read()
    {
        byte[] file = new byte[8 + 100_000_000];
        file.AsSpan(8).Fill((byte)' ');
        SafeTensorsBuilder.WithLength(100_000_000, "{}"u8).CopyTo(file, 0);
        Assert.Empty(SafeTensorsTest.Read(file).Tensors);
    }

    [Theory]
    [InlineData("", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("  \n ", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{}}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{} {}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{}\0", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{} // comment", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{/* comment */}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{" + T + ",}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{'t':{}}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{\"t\":1}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{\"t\":[]}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{\"t\":null}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{\"a\\ud800\":{}}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{\"t\":{\"dtype\\udc00\":1}}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{\"t\":{\"dtype\":\"\\ud800\"}}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("{\"a\nb\":{}}", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("[]", SafeTensorsErrorCodes.HeaderStart)]
    [InlineData("\"{}\"", SafeTensorsErrorCodes.HeaderStart)]
    [InlineData("null", SafeTensorsErrorCodes.HeaderStart)]
    [InlineData("\uFEFF{}", SafeTensorsErrorCodes.HeaderStart)]
    [InlineData("\v{}", SafeTensorsErrorCodes.HeaderStart)]
    [InlineData("\u00A0{}", SafeTensorsErrorCodes.HeaderStart)]
    public void A_header_that_is_no_JSON_object_is_refused(string header, string code) =>
        Assert.Equal(code, SafeTensorsTest.Fail(SafeTensorsBuilder.File(header, 2)).Code);

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public void A_header_that_is_not_UTF_8_is_refused_at_the_first_wrong_byte(byte[] wrong)
    {
        byte[] header = [.. "{\"é"u8, .. wrong, .. "\":{}}"u8];
        ModelFormatException error = SafeTensorsTest.Fail(SafeTensorsBuilder.File(header, []));
        Assert.Equal(SafeTensorsErrorCodes.HeaderUtf8, error.Code);
        Assert.Equal(8 + 4, error.Offset);
    }

    [Fact]
    public void A_header_nested_100_000_deep_is_refused()
    {
        string header = string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1" + new string('}', 100_000);
        Assert.Equal(SafeTensorsErrorCodes.Depth, SafeTensorsTest.Fail(SafeTensorsBuilder.File(header)).Code);
        header = "{\"t\":{\"x\":" + new string('[', 100_000) + new string(']', 100_000) + "}}";
        Assert.Equal(SafeTensorsErrorCodes.Depth, SafeTensorsTest.Fail(SafeTensorsBuilder.File(header)).Code);
    }

    [Fact]
    public void The_depth_limit_is_the_deepest_that_is_read()
    {
        static string Nested(int arrays) =>
            "{\"t\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0],\"x\":" +
            new string('[', arrays) + new string(']', arrays) + "}}";
        ReadLimits limits = new() { JsonDepth = 5 };
        Assert.Single(SafeTensorsTest.Read(SafeTensorsBuilder.File(Nested(3)), limits).Tensors);
        Assert.Equal(SafeTensorsErrorCodes.Depth, SafeTensorsTest.Fail(SafeTensorsBuilder.File(Nested(4)), limits).Code);
    }

    [Theory]
    [InlineData("{" + T + "," + T + "}")]
    [InlineData("{" + T + ",\"\\u0074\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[2,2]}}")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}," + T + "}")]
    [InlineData("{\"__metadata__\":{},\"__met\\u0061data__\":{}," + T + "}")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"\\u0061\":\"1\"}," + T + "}")]
    [InlineData("{\"t\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}")]
    [InlineData("{\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"sh\\u0061pe\":[2],\"data_offsets\":[0,2]}}")]
    [InlineData("{\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2],\"data_offsets\":[0,2]}}")]
    [InlineData("{\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2],\"x\":1,\"x\":1}}")]
    [InlineData("{\"t\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2],\"x\":[{\"y\":1,\"y\":1}]}}")]
    public void A_key_that_stands_twice_is_refused(string header) =>
        Assert.Equal(SafeTensorsErrorCodes.DuplicateKey, SafeTensorsTest.Fail(SafeTensorsBuilder.File(header, 2)).Code);

    [Theory]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":null}")]
    [InlineData("{\"a\":true}")]
    [InlineData("{\"a\":{}}")]
    [InlineData("{\"a\":[\"b\"]}")]
    public void Metadata_that_are_not_an_object_of_strings_are_refused(string metadata) => Assert.Equal(
        SafeTensorsErrorCodes.Metadata, SafeTensorsTest.Fail(SafeTensorsBuilder.File($"{{\"__metadata__\":{metadata},{T}}}", 2)).Code);

    [Theory]
    [InlineData("\"F9\"")]
    [InlineData("\"f32\"")]
    [InlineData("\"F32 \"")]
    [InlineData("\"\"")]
    [InlineData("\"C128\"")]
    [InlineData("\"I4\"")]
    [InlineData("\"Q4_K\"")]
    [InlineData("\"Unknown\"")]
    [InlineData("17")]
    [InlineData("null")]
    [InlineData("[\"U8\"]")]
    public void An_unknown_dtype_is_refused(string dtype) => Assert.Equal(
        SafeTensorsErrorCodes.Dtype, Fail($"{{\"t\":{{\"dtype\":{dtype},\"shape\":[2],\"data_offsets\":[0,2]}}}}"));

    [Theory]
    [InlineData("-1", SafeTensorsErrorCodes.Shape)]
    [InlineData("-0", SafeTensorsErrorCodes.Shape)]
    [InlineData("2.0", SafeTensorsErrorCodes.Shape)]
    [InlineData("1e3", SafeTensorsErrorCodes.Shape)]
    [InlineData("\"2\"", SafeTensorsErrorCodes.Shape)]
    [InlineData("null", SafeTensorsErrorCodes.Shape)]
    [InlineData("[2]", SafeTensorsErrorCodes.Shape)]
    [InlineData("true", SafeTensorsErrorCodes.Shape)]
    [InlineData("9223372036854775808", SafeTensorsErrorCodes.ShapeOverflow)]
    [InlineData("18446744073709551616", SafeTensorsErrorCodes.ShapeOverflow)]
    [InlineData("4294967296,4294967296", SafeTensorsErrorCodes.ShapeOverflow)]
    [InlineData("4294967296,4294967296,0", SafeTensorsErrorCodes.ShapeOverflow)]
    [InlineData("02", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("+2", SafeTensorsErrorCodes.HeaderJson)]
    [InlineData("NaN", SafeTensorsErrorCodes.HeaderJson)]
    public void A_shape_that_is_not_of_whole_numbers_is_refused(string shape, string code) =>
        Assert.Equal(code, Fail($"{{\"t\":{{\"dtype\":\"U8\",\"shape\":[{shape}],\"data_offsets\":[0,2]}}}}"));

    [Theory]
    [InlineData("2")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_shape_that_is_no_array_is_refused(string shape) =>
        Assert.Equal(SafeTensorsErrorCodes.Shape, Fail($"{{\"t\":{{\"dtype\":\"U8\",\"shape\":{shape},\"data_offsets\":[0,2]}}}}"));

    [Fact]
    public void A_size_beyond_63_bits_is_refused() => Assert.Equal(
        SafeTensorsErrorCodes.ShapeOverflow,
        Fail("""{"t":{"dtype":"F64","shape":[1152921504606846976],"data_offsets":[0,2]}}""")); // 2^60 values of 8 bytes

    [Fact]
    public void A_rank_of_10_000_is_refused_and_one_of_64_is_not()
    {
        static string OfRank(int rank) =>
            "{" + SafeTensorsBuilder.Tensor("t", "U8", $"[{string.Join(",", Enumerable.Repeat("1", rank))}]", 0, 1) + "}";
        Assert.Equal(64, Assert.Single(SafeTensorsTest.Read(SafeTensorsBuilder.File(OfRank(64), 1)).Tensors).Shape.Rank);
        Assert.Equal(SafeTensorsErrorCodes.Rank, SafeTensorsTest.Fail(SafeTensorsBuilder.File(OfRank(65), 1)).Code);
        Assert.Equal(SafeTensorsErrorCodes.Rank, SafeTensorsTest.Fail(SafeTensorsBuilder.File(OfRank(10_000), 1)).Code);
    }

    [Theory]
    [InlineData("[-1,1]")]
    [InlineData("[0,2.0]")]
    [InlineData("[0,2e0]")]
    [InlineData("[0,1e3]")]
    [InlineData("[0,\"2\"]")]
    [InlineData("[0,null]")]
    [InlineData("[0,9223372036854775808]")]
    [InlineData("[0,18446744073709551616]")]
    [InlineData("[]")]
    [InlineData("[0]")]
    [InlineData("[0,2,2]")]
    [InlineData("[[0,2]]")]
    [InlineData("2")]
    [InlineData("{\"begin\":0,\"end\":2}")]
    [InlineData("[2,0]")]
    public void Offsets_that_are_not_two_rising_whole_numbers_are_refused(string offsets) =>
        Assert.Equal(SafeTensorsErrorCodes.Offsets, Fail($"{{\"t\":{{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":{offsets}}}}}"));

    [Theory]
    [InlineData("\"shape\":[2],\"data_offsets\":[0,2]", SafeTensorsErrorCodes.Dtype)]
    [InlineData("\"dtype\":\"U8\",\"data_offsets\":[0,2]", SafeTensorsErrorCodes.Shape)]
    [InlineData("\"dtype\":\"U8\",\"shape\":[2]", SafeTensorsErrorCodes.Offsets)]
    [InlineData("\"Dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]", SafeTensorsErrorCodes.Dtype)]
    public void A_tensor_without_one_of_its_fields_is_refused(string fields, string code) =>
        Assert.Equal(code, Fail($"{{\"t\":{{{fields}}}}}"));

    [Theory]
    [InlineData("U8", "[3]")]
    [InlineData("F32", "[1]")]
    [InlineData("U8", "[0]")]
    [InlineData("U8", "[]")]
    public void A_range_of_another_size_than_the_shape_is_refused(string dtype, string shape) =>
        Assert.Equal(SafeTensorsErrorCodes.TensorSize, Fail($"{{{SafeTensorsBuilder.Tensor("t", dtype, shape, 0, 2)}}}"));

    [Theory]
    [InlineData("F4", "[3]", 1)]
    [InlineData("F4", "[3]", 2)]
    [InlineData("F4", "[]", 1)]
    [InlineData("F6_E2M3", "[2]", 2)]
    [InlineData("F6_E3M2", "[5]", 4)]
    public void Values_that_fill_no_whole_bytes_are_refused(string dtype, string shape, int size) => Assert.Equal(
        SafeTensorsErrorCodes.Misaligned,
        SafeTensorsTest.Fail(SafeTensorsBuilder.File($"{{{SafeTensorsBuilder.Tensor("t", dtype, shape, 0, size)}}}", size)).Code);

    [Theory]
    [InlineData(1, 3, 3, 5, 5, SafeTensorsErrorCodes.Hole)]
    [InlineData(0, 2, 3, 5, 5, SafeTensorsErrorCodes.Hole)]
    [InlineData(3, 5, 0, 2, 5, SafeTensorsErrorCodes.Hole)]
    [InlineData(0, 2, 3, 5, 4, SafeTensorsErrorCodes.Hole)]
    [InlineData(0, 2, 1, 3, 3, SafeTensorsErrorCodes.Overlap)]
    [InlineData(0, 2, 1, 3, 4, SafeTensorsErrorCodes.Overlap)]
    [InlineData(0, 2, 0, 2, 4, SafeTensorsErrorCodes.Overlap)]
    [InlineData(2, 4, 0, 4, 4, SafeTensorsErrorCodes.Overlap)]
    [InlineData(1, 1, 0, 2, 2, SafeTensorsErrorCodes.Overlap)]
    [InlineData(0, 2, 2, 4, 5, SafeTensorsErrorCodes.TrailingData)]
    [InlineData(0, 2, 2, 4, 3, SafeTensorsErrorCodes.DataTruncated)]
    [InlineData(0, 2, 2, 4, 0, SafeTensorsErrorCodes.DataTruncated)]
    public void Data_that_the_tensors_do_not_cover_exactly_are_refused(int begin, int end, int begin2, int end2, int data, string code)
    {
        string header = "{" +
            SafeTensorsBuilder.Tensor("a", "U8", $"[{end - begin}]", begin, end) + "," +
            SafeTensorsBuilder.Tensor("b", "U8", $"[{end2 - begin2}]", begin2, end2) + "}";
        Assert.Equal(code, SafeTensorsTest.Fail(SafeTensorsBuilder.File(header, data)).Code);
    }

    [Fact]
    public void Data_without_tensors_are_refused() =>
        Assert.Equal(SafeTensorsErrorCodes.TrailingData, SafeTensorsTest.Fail(SafeTensorsBuilder.File("{}", 1)).Code);

    [Fact]
    public void More_tensors_metadata_or_ignored_keys_than_the_limits_allow_are_refused()
    {
        ReadLimits limits = new() { SafeTensorsTensors = 2, SafeTensorsMetadataKeys = 2, SafeTensorsMetadataBytes = 9 };
        Assert.Equal(2, SafeTensorsTest.Read(SafeTensorsBuilder.Bytes(("a", 1), ("b", 1)), limits).Tensors.Count);
        Assert.Equal(
            SafeTensorsErrorCodes.TensorCount, SafeTensorsTest.Fail(SafeTensorsBuilder.Bytes(("a", 1), ("b", 1), ("c", 1)), limits).Code);
        byte[] allowed = SafeTensorsBuilder.File("""{"__metadata__":{"a":"123","b":"1234"}}""");
        Assert.Equal(2, SafeTensorsTest.Read(allowed, limits).Metadata.Count);
        foreach (string header in (string[])
            [
                """{"__metadata__":{"a":"123","b":"12345"}}""",
                """{"__metadata__":{"a":"","b":"","c":""}}""",
                """{"t":{"x":{"y":1,"z":2}}}""",
            ])
        {
            Assert.Equal(SafeTensorsErrorCodes.Metadata, SafeTensorsTest.Fail(SafeTensorsBuilder.File(header), limits).Code);
        }
    }

    [Fact]
    public void An_error_names_the_file_the_place_and_the_tensor_without_its_control_characters()
    {
        string header = "{" + SafeTensorsBuilder.Tensor("bad\\u001b[31m\\u202e", "F9", "[2]", 0, 2) + "}";
        ModelFormatException error = SafeTensorsTest.Fail(SafeTensorsBuilder.File(header, 2));
        Assert.Equal("test.safetensors", error.File);
        Assert.Equal(8 + header.IndexOf("\"F9\"", StringComparison.Ordinal), error.Offset);
        Assert.Contains("'bad\\u001B[31m\\u202E'", error.Problem, StringComparison.Ordinal);
        Assert.Contains("'F9'", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_name_is_cut_in_errors()
    {
        string header = "{" + SafeTensorsBuilder.Tensor(new string('n', 64 * 1024), "F9", "[2]", 0, 2) + "}";
        Assert.True(Encoding.UTF8.GetByteCount(SafeTensorsTest.Fail(SafeTensorsBuilder.File(header, 2)).Message) < 400);
    }

    private static string Fail(string header) => SafeTensorsTest.Fail(SafeTensorsBuilder.File(header, 2)).Code;
}
