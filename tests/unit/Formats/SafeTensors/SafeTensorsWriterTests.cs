using System.Text;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Formats.SafeTensors;

/// <summary>Headers as they are written.</summary>
public class SafeTensorsWriterTests
{
    [Fact]
    public void A_header_is_that_of_the_reference_writer()
    {
        // The expected string of test_serialization in safetensors/src/tensor.rs.
        const string Expected =
            """@\0\0\0\0\0\0\0{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}} """;
        byte[] header = SafeTensorsWriter.WriteHeader([("attn.0", TensorDtype.F32, new TensorShape(1, 2, 3))]);
        byte[] json = Encoding.ASCII.GetBytes(Expected[15..].TrimEnd(' '));
        Assert.Equal(0, header.Length % 8);
        Assert.Equal(header.Length - 8, BitConverter.ToInt64(header));
        Assert.Equal(json, header[8..(8 + json.Length)]);
        Assert.All(header[(8 + json.Length)..], padding => Assert.Equal((byte)' ', padding));
    }

    [Fact]
    public void Metadata_and_several_tensors_are_written_in_the_order_given()
    {
        byte[] header = SafeTensorsWriter.WriteHeader(
            [("b", TensorDtype.F6_E2M3, new TensorShape(4)), ("a/ä\"\0", TensorDtype.BOOL, new TensorShape([]))],
            [KeyValuePair.Create("z", "<1>"), KeyValuePair.Create("a", "é")]);
        Assert.Equal(
            """{"__metadata__":{"z":"<1>","a":"é"},"b":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]},""" +
            "\"a/ä\\\"\\u0000\":{\"dtype\":\"BOOL\",\"shape\":[],\"data_offsets\":[3,4]}}",
            Encoding.UTF8.GetString(header[8..]).TrimEnd(' '));
    }

    [Fact]
    public void A_header_without_tensors_is_an_empty_object() =>
        Assert.Equal([8, 0, 0, 0, 0, 0, 0, 0, .. "{}      "u8], SafeTensorsWriter.WriteHeader([]));

    [Fact]
    public void What_SafeTensors_cannot_hold_is_refused()
    {
        TensorShape one = new(1);
        Refused(("a", TensorDtype.U8, one), ("a", TensorDtype.U8, one));
        Refused(("__metadata__", TensorDtype.U8, one));
        Refused(("a\ud800", TensorDtype.U8, one));
        Refused(("a", TensorDtype.Q4_K, new TensorShape(256)));
        Refused(("a", TensorDtype.C128, one));
        Refused(("a", TensorDtype.F4, one));
        Refused(("a", TensorDtype.F64, new TensorShape(1L << 60)));
        Refused(("a", TensorDtype.U8, new TensorShape(long.MaxValue)), ("b", TensorDtype.U8, one));
        Assert.Throws<ArgumentException>(
            () => SafeTensorsWriter.WriteHeader([], [KeyValuePair.Create("k", "1"), KeyValuePair.Create("k", "2")]));
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.WriteHeader([], [KeyValuePair.Create("k", new string('a', 100_000_000))]));
    }

    [Fact]
    public void Dtypes_are_ranked_as_the_reference_writer_sorts_them()
    {
        TensorDtype[] rising =
        [
            TensorDtype.BOOL, TensorDtype.F4, TensorDtype.U8, TensorDtype.F8_E4M3, TensorDtype.BF16, TensorDtype.F32, TensorDtype.C64,
            TensorDtype.U64,
        ];
        Assert.Equal(rising, rising.Reverse().OrderBy(SafeTensorsDtypes.AlignmentRank));
        Assert.Throws<ArgumentException>(() => SafeTensorsDtypes.AlignmentRank(TensorDtype.Q4_K));
    }

    private static void Refused(params (string, TensorDtype, TensorShape)[] tensors) =>
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.WriteHeader(tensors));
}
