using System.Text;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.SafeTensors;

/// <summary>Headers that are allowed, the odd ones among them.</summary>
public class SafeTensorsHeaderTests
{
    // Bits of a value as in Dtype::bitsize of the reference implementation.
    [Theory]
    [InlineData("BOOL", 8)]
    [InlineData("F4", 4)]
    [InlineData("F6_E2M3", 6)]
    [InlineData("F6_E3M2", 6)]
    [InlineData("U8", 8)]
    [InlineData("I8", 8)]
    [InlineData("F8_E5M2", 8)]
    [InlineData("F8_E4M3", 8)]
    [InlineData("F8_E8M0", 8)]
    [InlineData("F8_E4M3FNUZ", 8)]
    [InlineData("F8_E5M2FNUZ", 8)]
    [InlineData("I16", 16)]
    [InlineData("U16", 16)]
    [InlineData("F16", 16)]
    [InlineData("BF16", 16)]
    [InlineData("I32", 32)]
    [InlineData("U32", 32)]
    [InlineData("F32", 32)]
    [InlineData("C64", 64)]
    [InlineData("F64", 64)]
    [InlineData("I64", 64)]
    [InlineData("U64", 64)]
    public void Every_dtype_has_its_name_and_size(string name, int bits)
    {
        int size = 12 * bits / 8;
        TensorInfo tensor = Assert.Single(
            SafeTensorsTest.Read(SafeTensorsBuilder.File($"{{{SafeTensorsBuilder.Tensor("t", name, "[3,4]", 0, size)}}}", size)).Tensors);
        Assert.Equal(name, tensor.Dtype.ToString());
        Assert.Equal(size, tensor.SizeBytes);
    }

    [Fact]
    public void Tensors_come_in_the_order_of_the_header_and_with_their_places_in_the_file()
    {
        string header = $"{{{SafeTensorsBuilder.Tensor("b", "U8", "[3]", 4, 7)},{SafeTensorsBuilder.Tensor("a", "F16", "[2]", 0, 4)}}}";
        IReadOnlyList<TensorInfo> tensors = SafeTensorsTest.Read(SafeTensorsBuilder.File(header, 7)).Tensors;
        Assert.Equal(["b", "a"], tensors.Select(tensor => tensor.Name));
        Assert.Equal([8 + header.Length + 4, 8 + header.Length], tensors.Select(tensor => tensor.Offset));
        Assert.All(tensors, tensor => Assert.Equal("test.safetensors", tensor.File));
        Assert.All(tensors, tensor => Assert.True(tensor.IsContiguous));
    }

    [Fact]
    public void The_fields_of_a_tensor_may_come_in_any_order_with_white_space_between()
    {
        const string Header = "\n{ \"t\" : {\"data_offsets\" : [ 0 ,\t2 ] ,\r\n\"shape\":[ 2 ], \"dtype\" : \"U8\" } }   \n";
        Assert.Equal(2, Assert.Single(SafeTensorsTest.Read(SafeTensorsBuilder.File(Header, 2)).Tensors).SizeBytes);
    }

    [Fact]
    public void Spaces_behind_the_header_belong_to_it()
    {
        string header = $"{{{SafeTensorsBuilder.Tensor("t", "U8", "[1]", 0, 1)}}}" + new string(' ', 4096);
        Assert.Equal(8 + header.Length, Assert.Single(SafeTensorsTest.Read(SafeTensorsBuilder.File(header, 1)).Tensors).Offset);
    }

    [Fact]
    public void Empty_tensors_may_stand_between_and_behind_others()
    {
        string header = "{" + string.Join(
            ",",
            SafeTensorsBuilder.Tensor("middle", "F32", "[0,7]", 2, 2),
            SafeTensorsBuilder.Tensor("end", "F32", "[7,0]", 4, 4),
            SafeTensorsBuilder.Tensor("a", "U8", "[2]", 0, 2),
            SafeTensorsBuilder.Tensor("start", "F32", "[0]", 0, 0),
            SafeTensorsBuilder.Tensor("b", "U8", "[2]", 2, 4)) + "}";
        Assert.Equal([0, 0, 2, 0, 2], SafeTensorsTest.Read(SafeTensorsBuilder.File(header, 4)).Tensors.Select(tensor => tensor.SizeBytes));
    }

    [Fact]
    public void A_header_without_tensors_is_a_model_without_tensors() =>
        Assert.Empty(SafeTensorsTest.Read(SafeTensorsBuilder.File("{}")).Tensors);

    [Fact]
    public void Metadata_are_strings_in_the_order_of_the_file()
    {
        SafeTensorsHeader header = SafeTensorsTest.Read(
            SafeTensorsBuilder.File("""{"__metadata__":{"z":"1","a":"\u00e4 \"q\"","":""}}"""));
        Assert.Equal(["z", "a", ""], header.Metadata.Keys);
        Assert.Equal(["1", "ä \"q\"", ""], header.Metadata.Values.Select(value => (string)value.Scalar!));
        Assert.All(header.Metadata.Values, value => Assert.Equal("STRING", value.Type));
    }

    [Theory]
    [InlineData("a\\u0000b", "a\0b")]
    [InlineData("\\u202egpj.exe", "\u202Egpj.exe")]
    [InlineData("\u202Egpj.exe", "\u202Egpj.exe")]
    [InlineData("../../etc/passwd", "../../etc/passwd")]
    [InlineData("/absolute", "/absolute")]
    [InlineData("'; DROP TABLE Models; --", "'; DROP TABLE Models; --")]
    [InlineData("\\ud83d\\ude00", "😀")]
    [InlineData("😀", "😀")]
    [InlineData("", "")]
    [InlineData("dtype", "dtype")]
    public void Names_are_kept_as_they_are(string written, string name)
    {
        string header = $"{{{SafeTensorsBuilder.Tensor(written, "U8", "[1]", 0, 1)}}}";
        Assert.Equal(name, Assert.Single(SafeTensorsTest.Read(SafeTensorsBuilder.File(header, 1)).Tensors).Name);
    }

    [Fact]
    public void A_name_may_be_64_KB_long()
    {
        string name = new('n', 64 * 1024);
        string header = $"{{{SafeTensorsBuilder.Tensor(name, "U8", "[1]", 0, 1)}}}";
        Assert.Equal(name, Assert.Single(SafeTensorsTest.Read(SafeTensorsBuilder.File(header, 1)).Tensors).Name);
    }

    [Fact]
    public void Names_that_differ_in_Unicode_normalisation_alone_are_two_names()
    {
        string composed = "\u00E9";
        string decomposed = "e\u0301";
        byte[] file = SafeTensorsBuilder.Bytes((composed, 1), (decomposed, 1));
        Assert.Equal([composed, decomposed], SafeTensorsTest.Read(file).Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Unknown_keys_of_a_tensor_are_ignored_with_a_warning()
    {
        SafeTensorsHeader header = SafeTensorsTest.Read(SafeTensorsBuilder.File(
            """{"t":{"dtype":"U8","sparse":{"of":[1,{"k":null}]},"shape":[1],"data_offsets":[0,1]}}""", 1));
        Assert.Single(header.Tensors);
        Assert.Contains("'sparse'", Assert.Single(header.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9007199254740993)] // 2^53 + 1, which a double cannot hold
    [InlineData(long.MaxValue)]
    public void Numbers_are_exact_up_to_63_bits(long elements)
    {
        string header = $"{{{SafeTensorsBuilder.Tensor("t", "U8", $"[{elements}]", 0, elements)}}}";
        string message = SafeTensorsTest.Fail(SafeTensorsBuilder.File(header)).Message;
        Assert.StartsWith(SafeTensorsErrorCodes.DataTruncated, message, StringComparison.Ordinal);
        Assert.Contains(elements.ToString(System.Globalization.CultureInfo.InvariantCulture), message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dtype_may_be_written_with_escapes()
    {
        string header = """{"t":{"dt\u0079pe":"\u0055\u0038","shape":[1],"data_offsets":[0,1]}}""";
        Assert.Equal(TensorDtype.U8, Assert.Single(SafeTensorsTest.Read(SafeTensorsBuilder.File(header, 1)).Tensors).Dtype);
    }

    [Fact]
    public void A_zip_file_behind_the_tensors_is_refused()
    {
        byte[] zip = Encoding.Latin1.GetBytes("PK\x05\x06" + new string('\0', 18));
        byte[] file = [.. SafeTensorsBuilder.Bytes(("a", 4)), .. zip];
        Assert.Equal(SafeTensorsErrorCodes.TrailingData, SafeTensorsTest.Fail(file).Code);
    }
}
