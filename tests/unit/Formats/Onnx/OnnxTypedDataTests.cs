using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>Values in typed fields. The bytes are those that numpy's tobytes gives for the values.</summary>
public sealed class OnnxTypedDataTests
{
    /// <summary>data_type, the encoding, field, numbers, number of elements, bytes.</summary>
    public static TheoryData<int, TensorDtype, int, long[], int, string> Types => new()
    {
        { 2, TensorDtype.U8, 5, [0, 255], 2, "00FF" },
        { 3, TensorDtype.I8, 5, [-128, 127, -1], 3, "807FFF" },
        { 4, TensorDtype.U16, 5, [65535, 1], 2, "FFFF0100" },
        { 5, TensorDtype.I16, 5, [-32768, 2], 2, "00800200" },
        { 6, TensorDtype.I32, 5, [-1, 256], 2, "FFFFFFFF00010000" },
        { 7, TensorDtype.I64, 7, [-2, 1L << 40], 2, "FEFFFFFFFFFFFFFF0000000000010000" },
        { 9, TensorDtype.BOOL, 5, [1, 0], 2, "0100" },
        { 10, TensorDtype.F16, 5, [0x3C00, 0xC000], 2, "003C00C0" },
        { 12, TensorDtype.U32, 11, [4294967295, 1], 2, "FFFFFFFF01000000" },
        { 13, TensorDtype.U64, 11, [-1, 1], 2, "FFFFFFFFFFFFFFFF0100000000000000" },
        { 16, TensorDtype.BF16, 5, [0x3F80, 0xBF80], 2, "803F80BF" },
        { 17, TensorDtype.F8_E4M3, 5, [0x38, 0xB8], 2, "38B8" },
        { 18, TensorDtype.F8_E4M3FNUZ, 5, [0x40], 1, "40" },
        { 19, TensorDtype.F8_E5M2, 5, [0x3C], 1, "3C" },
        { 20, TensorDtype.F8_E5M2FNUZ, 5, [0x40], 1, "40" },
        { 21, TensorDtype.U4, 5, [0x21, 0x03], 3, "2103" },
        { 22, TensorDtype.I4, 5, [0xF1], 2, "F1" },
        { 23, TensorDtype.F4, 5, [0x21, 0x0F], 3, "210F" },
        { 24, TensorDtype.F8_E8M0, 5, [0x7F], 1, "7F" },
        { 25, TensorDtype.U2, 5, [0xE4, 0x01], 5, "E401" },
        { 26, TensorDtype.I2, 5, [0x1B], 4, "1B" },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Numbers_become_the_bytes_of_their_type(int id, TensorDtype dtype, int field, long[] numbers, int count, string bytes)
    {
        Action<ProtobufBuilder>[] spellings =
        [
            tensor => tensor.Tensor("t", id, count).Packed(field, numbers),
            tensor => tensor.Tensor("t", id, count).Varints(field, numbers),
            tensor => tensor.Packed(field, numbers[..1]).Tensor("t", id, count).Packed(field, numbers[1..]),
            tensor => tensor.Varint(field, numbers[0]).Tensor("t", id, count).Packed(field, numbers[1..]),
        ];
        foreach (Action<ProtobufBuilder> spelling in spellings)
        {
            using ModelSource model = OnnxFiles.Open(OnnxFiles.Single(spelling));
            TensorInfo tensor = model.Metadata.Tensors.Single();
            Assert.Equal((dtype, bytes.Length / 2L, false), (tensor.Dtype, tensor.SizeBytes, tensor.IsContiguous));
            Assert.Equal(bytes, Convert.ToHexString(OnnxFiles.Content(model, tensor)));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Raw_data_hold_the_same_bytes(int id, TensorDtype dtype, int field, long[] numbers, int count, string bytes)
    {
        Assert.True(field > 0 && numbers.Length > 0);
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Single(tensor => tensor.Raw("t", id, [count], Convert.FromHexString(bytes))));
        TensorInfo tensor = model.Metadata.Tensors.Single();
        Assert.Equal((dtype, true), (tensor.Dtype, tensor.IsContiguous));
        Assert.Equal(bytes, Convert.ToHexString(OnnxFiles.Content(model, tensor)));
    }

    [Fact]
    public void Floats_in_one_packed_run_are_read_where_they_lie_and_others_are_put_together()
    {
        byte[] one = [0, 0, 0x80, 0x3F];
        byte[] two = [0, 0, 0, 0x40];
        using ModelSource run = OnnxFiles.Open(OnnxFiles.Single(tensor => tensor.Tensor("t", 1, 2).Bytes(4, [.. one, .. two])));
        Assert.True(run.Metadata.Tensors.Single().IsContiguous);
        Assert.Equal([.. one, .. two], OnnxFiles.Content(run, "t"));
        using ModelSource single = OnnxFiles.Open(OnnxFiles.Single(tensor => tensor.Tensor("t", 1, 2).Float(4, 1).Float(4, 2)));
        Assert.False(single.Metadata.Tensors.Single().IsContiguous);
        Assert.Equal([.. one, .. two], OnnxFiles.Content(single, "t"));
        using ModelSource complex = OnnxFiles.Open(OnnxFiles.Single(tensor => tensor.Tensor("t", 15, 1).Double(10, 1).Double(10, -2)));
        Assert.Equal("000000000000F03F00000000000000C0", Convert.ToHexString(OnnxFiles.Content(complex, "t")));
        Assert.Equal(TensorDtype.C128, complex.Metadata.Tensors.Single().Dtype);
    }

    [Fact]
    public void Dimensions_are_read_packed_as_well()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Single(tensor => tensor.Packed(1, 2, 1).Packed(1, 3).Varint(2, 2)
            .Text(8, "t").Bytes(9, new byte[6])));
        Assert.Equal(new TensorShape(2, 1, 3), model.Metadata.Tensors.Single().Shape);
    }

    [Fact]
    public void Any_part_of_a_long_typed_tensor_can_be_read_in_any_order_by_several_threads()
    {
        const int Count = 200_000;
        long[] numbers = [.. Enumerable.Range(0, Count).Select(i => (i * 7919L) - 500_000)];
        byte[] expected = [.. numbers.SelectMany(BitConverter.GetBytes)];
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Single(tensor => tensor
            .Tensor("t", 7, Count).Packed(7, numbers[..100_000]).Varints(7, numbers.AsSpan(100_000))));
        using ByteSource content = model.OpenTensor(model.Metadata.Tensors.Single());
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            Random random = new(i);
            int offset = random.Next(expected.Length);
            byte[] part = new byte[random.Next(1, Math.Min(5_000, expected.Length - offset + 1))];
            content.ReadExactly(offset, part);
            Assert.Equal(expected[offset..(offset + part.Length)], part);
        });
        Assert.Equal(expected, OnnxFiles.Content(model, "t"));
    }

    [Fact]
    public void Ten_million_texts_are_counted_as_one_tensor()
    {
        byte[] texts = new byte[20_000_000];
        for (int i = 0; i < texts.Length; i += 2)
        {
            texts[i] = 0x32;
        }

        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(graph =>
            graph.Message(5, tensor => tensor.Tensor("s", 8, 10_000_000).Raw(texts)).Initializer("w", 1)));
        Assert.Equal("w", model.Metadata.Tensors.Single().Name);
        Assert.Contains("1 tensors of texts are in the file only; they hold no weights.", model.Metadata.Warnings);
    }
}
