using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Formats.TensorFlow;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.TensorFlow;

/// <summary>Frozen graphs: constants in every way of writing, functions, operations, and what is wrong with them.</summary>
public class GraphTests
{
    [Fact]
    public void Raw_content_and_whole_runs_of_floats_lie_in_the_file_in_one_piece()
    {
        ProtobufBuilder graph = GraphBuilder.Graph(
            GraphBuilder.Node("x", "Placeholder"),
            GraphBuilder.Const("raw", 3, [2], tensor => tensor.Bytes(4, 1, 0, 0, 0, 2, 0, 0, 0)),
            GraphBuilder.Const("packed", 1, [2], tensor => tensor.Bytes(5, GraphBuilder.Floats(0.5f, 2))),
            GraphBuilder.Const("complex", 8, [1], tensor => tensor.Bytes(9, GraphBuilder.Floats(1, -1))));
        byte[] file = graph.Message(4, versions => versions.Varint(1, 1087)).Build();
        using ModelSource model = TensorFlowFiles.Open(new Dictionary<string, byte[]> { ["graph.pb"] = file });
        Assert.Equal(["raw", "packed", "complex"], model.Metadata.Tensors.Select(tensor => tensor.Name));
        foreach (TensorInfo tensor in model.Metadata.Tensors)
        {
            Assert.True(tensor.IsContiguous);
            Assert.Equal(file[(int)tensor.Offset..(int)(tensor.Offset + tensor.SizeBytes)], model.Content(tensor));
        }

        Assert.Equal([1, 0, 0, 0, 2, 0, 0, 0], model.Content("raw"));
        Assert.Equal(GraphBuilder.Floats(0.5f, 2), model.Content("packed"));
        Assert.Equal(
            ("GraphDef",
            1087L, 4L), (model.Metadata.Variant, model.Metadata.Metadata["graph.producer"].Scalar, model.Metadata.Metadata["graph.nodes"].Scalar));
    }

    // Field, values as varints, dtype and the little-endian bytes of two values.
    [Theory]
    [InlineData(3, 7, new long[] { 1, -2 }, "01000000FEFFFFFF")]
    [InlineData(5, 7, new long[] { 1, -2 }, "0100FEFF")]
    [InlineData(6, 7, new long[] { 1, -2 }, "01FE")]
    [InlineData(4, 7, new long[] { 1, 255 }, "01FF")]
    [InlineData(17, 7, new long[] { 1, 65535 }, "0100FFFF")]
    [InlineData(11, 7, new long[] { 1, -2 }, "01FE")]
    [InlineData(9, 10, new long[] { 1, -2 }, "0100000000000000FEFFFFFFFFFFFFFF")]
    [InlineData(10, 11, new long[] { 0, 1 }, "0001")]
    [InlineData(19, 13, new long[] { 0x3C00, 0xC000 }, "003C00C0")]
    [InlineData(14, 13, new long[] { 0x3F80, 0xC000 }, "803F00C0")]
    [InlineData(22, 16, new long[] { 1, 0xFFFFFFFF }, "01000000FFFFFFFF")]
    [InlineData(23, 17, new long[] { 1, -1 }, "0100000000000000FFFFFFFFFFFFFFFF")]
    public void Whole_numbers_are_decoded_packed_unpacked_and_mixed(int dtype, int field, long[] values, string expected)
    {
        ProtobufBuilder graph = GraphBuilder.Graph(
            GraphBuilder.Const("packed", dtype, [2], tensor => tensor.Packed(field, values)),
            GraphBuilder.Const("unpacked", dtype, [2], tensor => tensor.Varint(field, values[0]).Varint(field, values[1])),
            GraphBuilder.Const("mixed", dtype, [2], tensor => tensor.Packed(field, values[0]).Varint(99, 1).Varint(field, values[1])),
            GraphBuilder.Const("filled", dtype, [4], tensor => tensor.Packed(field, values)),
            GraphBuilder.Const("zero", dtype, [2], _ => { }));
        using ModelSource model = TensorFlowFiles.Graph(graph);
        string last = expected[(expected.Length / 2)..];
        Assert.Equal(expected, Convert.ToHexString(model.Content("packed")));
        Assert.Equal(expected, Convert.ToHexString(model.Content("unpacked")));
        Assert.Equal(expected, Convert.ToHexString(model.Content("mixed")));
        Assert.Equal(expected + last + last, Convert.ToHexString(model.Content("filled")));
        Assert.All(model.Content("zero"), value => Assert.Equal(0, value));
        Assert.False(model.Tensor("packed").IsContiguous);
    }

    [Fact]
    public void A_single_value_fills_its_shape()
    {
        ProtobufBuilder graph = GraphBuilder.Graph(
            GraphBuilder.Const("float", 1, [2, 2], tensor => tensor.Float(5, 0.5f)),
            GraphBuilder.Const("double", 2, [2], tensor => tensor.Double(6, 0.5)),
            GraphBuilder.Const("complex", 18, [2], tensor => tensor.Double(12, 1).Double(12, 2)),
            GraphBuilder.Const("eight", 25, [3], tensor => tensor.Bytes(18, 0x38)),
            GraphBuilder.Const("eights", 24, [2], tensor => tensor.Bytes(18, 0x38, 0x39)));
        using ModelSource model = TensorFlowFiles.Graph(graph);
        Assert.Equal(GraphBuilder.Floats(0.5f, 0.5f, 0.5f, 0.5f), model.Content("float"));
        Assert.Equal("000000000000E03F000000000000E03F", Convert.ToHexString(model.Content("double")));
        Assert.Equal("000000000000F03F0000000000000040000000000000F03F0000000000000040", Convert.ToHexString(model.Content("complex")));
        Assert.Equal([0x38, 0x38, 0x38], model.Content("eight"));
        Assert.Equal([0x38, 0x39], model.Content("eights"));
        Assert.True(model.Tensor("eights").IsContiguous);
    }

    [Fact]
    public void Decoded_values_are_read_from_any_place_in_any_order()
    {
        long[] values = [.. Enumerable.Range(0, 200_000).Select(i => (long)i * 37)];
        byte[] expected = [.. values.SelectMany(BitConverter.GetBytes)];
        ProtobufBuilder graph = GraphBuilder.Graph(
            GraphBuilder.Const("v", 9, [200_001], tensor => tensor.Packed(10, values[..70_000]).Varint(10, values[70_000]).Packed(10, values[70_001..])));
        using ModelSource model = TensorFlowFiles.Graph(graph);
        using ByteSource content = model.OpenTensor(model.Tensor("v"));
        expected = [.. expected, .. expected[^8..]];
        Random random = new(5);
        for (int i = 0; i < 60; i++)
        {
            int offset = random.Next(expected.Length);
            byte[] read = new byte[Math.Min(random.Next(1, 3000), expected.Length - offset)];
            content.ReadExactly(offset, read);
            Assert.Equal(expected[offset..(offset + read.Length)], read);
        }
    }

    [Fact]
    public void Constants_of_functions_have_their_functions_name_before_theirs()
    {
        ProtobufBuilder graph = GraphBuilder.Graph(GraphBuilder.Const("f/c", 4, [1], tensor => tensor.Bytes(4, 1)))
            .WithFunction("f", GraphBuilder.Const("c", 4, [1], tensor => tensor.Bytes(4, 2)), GraphBuilder.Const("d", 4, [1], tensor => tensor.Bytes(4, 3)));
        using ModelSource model = TensorFlowFiles.Graph(graph);
        Assert.Equal(["f/c", "library/f/c", "f/d"], model.Metadata.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([2], model.Content("library/f/c"));
    }

    [Fact]
    public void Operations_that_reach_files_or_run_code_are_named()
    {
        ProtobufBuilder graph = GraphBuilder.Graph(GraphBuilder.Node("a", "PyFunc"), GraphBuilder.Node("b", "MatMul"), GraphBuilder.Node("c", "ReadFile"))
            .WithFunction("f", GraphBuilder.Node("d", "PyFunc"), GraphBuilder.Node("e", "WriteFile"));
        using ModelSource model = TensorFlowFiles.Graph(graph);
        string warning = Assert.Single(model.Metadata.Warnings);
        Assert.EndsWith("PyFunc (2), ReadFile (1), WriteFile (1)", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Constants_of_text_are_counted_and_passed_over()
    {
        using ModelSource model = TensorFlowFiles.Graph(GraphBuilder.Graph(
            GraphBuilder.Const("s", 7, [1], tensor => tensor.Text(8, "x")), GraphBuilder.Const("v", 21, [], _ => { })));
        Assert.Empty(model.Metadata.Tensors);
        Assert.Equal(2, model.Metadata.Warnings.Count);
    }

    [Theory]
    [InlineData(1, new long[] { 2 }, 4, 7, TensorFlowErrorCodes.ContentSize)]
    [InlineData(1, new long[] { 2 }, 4, 12, TensorFlowErrorCodes.ContentSize)]
    [InlineData(1, new long[] { 2 }, 5, 12, TensorFlowErrorCodes.ValueCount)]
    [InlineData(1, new long[] { 2 }, 5, 7, TensorFlowErrorCodes.ValueCount)]
    [InlineData(8, new long[] { 2 }, 9, 12, TensorFlowErrorCodes.ValueCount)]
    [InlineData(3, new long[] { 1 }, 7, 11, TensorFlowErrorCodes.ValueCount)]
    [InlineData(1, new long[] { 2 }, 6, 8, TensorFlowErrorCodes.ValueField)]
    [InlineData(0, new long[] { 2 }, 4, 8, TensorFlowErrorCodes.Dtype)]
    [InlineData(34, new long[] { 2 }, 4, 8, TensorFlowErrorCodes.Dtype)]
    [InlineData(1, new long[] { -1 }, 4, 8, TensorFlowErrorCodes.Shape)]
    [InlineData(1, new long[] { 1L << 40, 1L << 40 }, 4, 8, TensorFlowErrorCodes.Shape)]
    [InlineData(1, new long[] { 1L << 62 }, 4, 8, TensorFlowErrorCodes.Shape)]
    [InlineData(1, new long[] { 1_000_000_000_000 }, 5, 4, TensorFlowErrorCodes.FillSize)]
    [InlineData(3, new long[] { 1_000_000_000_000 }, 7, 4, TensorFlowErrorCodes.FillSize)]
    [InlineData(1, new long[] { 1_000_000_000_000 }, 5, 0, TensorFlowErrorCodes.FillSize)]
    public void Constants_that_do_not_fit_are_refused(int dtype, long[] shape, int field, int bytes, string code) =>
        Assert.Equal(code, TensorFlowFiles.GraphRefusal(GraphBuilder.Graph(
            GraphBuilder.Const("c", dtype, shape, tensor => tensor.Bytes(field, new byte[bytes])))).Code);

    [Fact]
    public void Values_written_twice_are_refused()
    {
        Assert.Equal(TensorFlowErrorCodes.ValueField, TensorFlowFiles.GraphRefusal(GraphBuilder.Graph(
            GraphBuilder.Const("c", 1, [1], tensor => tensor.Bytes(4, new byte[4]).Float(5, 1)))).Code);
        Assert.Equal(TensorFlowErrorCodes.ValueField, TensorFlowFiles.GraphRefusal(GraphBuilder.Graph(
            GraphBuilder.Const("c", 1, [1], tensor => tensor.Float(5, 1).Varint(7, 1)))).Code);
    }

    [Fact]
    public void Fills_count_together()
    {
        ProtobufBuilder graph = GraphBuilder.Graph(
            GraphBuilder.Const("a", 4, [60], tensor => tensor.Varint(7, 1)), GraphBuilder.Const("b", 4, [60], tensor => tensor.Varint(7, 1)));
        Assert.Equal(TensorFlowErrorCodes.FillSize, TensorFlowFiles.GraphRefusal(graph, new ReadLimits { TensorFlowFillBytes = 100 }).Code);
        using ModelSource model = TensorFlowFiles.Graph(graph, new ReadLimits { TensorFlowFillBytes = 118 });
        Assert.Equal(2, model.Metadata.Tensors.Count);
    }

    [Fact]
    public void Varints_beyond_the_shape_are_found_when_they_are_read()
    {
        using ModelSource model = TensorFlowFiles.Graph(GraphBuilder.Graph(GraphBuilder.Const("c", 3, [2], tensor => tensor.Packed(7, 1, 2, 3))));
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => model.Content("c"));
        Assert.Equal(TensorFlowErrorCodes.ValueCount, error.Code);
    }

    [Fact]
    public void Nodes_without_what_they_need_are_refused()
    {
        ProtobufBuilder value = GraphBuilder.Const("c", 4, [1], tensor => tensor.Bytes(4, 1));
        Assert.Equal(
            TensorFlowErrorCodes.ConstValue,
            TensorFlowFiles.GraphRefusal(GraphBuilder.Graph(GraphBuilder.Node("c", "Const"))).Code);
        Assert.Equal(TensorFlowErrorCodes.NodeName, TensorFlowFiles.GraphRefusal(GraphBuilder.Graph(value, value)).Code);
        Assert.Equal(TensorFlowErrorCodes.NodeName, TensorFlowFiles.GraphRefusal(GraphBuilder.Graph(
            GraphBuilder.Const(string.Empty, 4, [1], tensor => tensor.Bytes(4, 1)))).Code);
        Assert.Equal(
            TensorFlowErrorCodes.NodeName,
            TensorFlowFiles.GraphRefusal(GraphBuilder.Graph(GraphBuilder.Node("x", "NoOp")).WithFunction(string.Empty, value)).Code);
        Assert.Equal(
            TensorFlowErrorCodes.NodeName,
            TensorFlowFiles.GraphRefusal(GraphBuilder.Graph(GraphBuilder.Node("x", "NoOp")).WithFunction("f", value).WithFunction("f", value)).Code);
        Assert.Equal(TensorFlowErrorCodes.GraphEmpty, TensorFlowFiles.GraphRefusal(GraphBuilder.Graph()).Code);
        Assert.Equal(ProtobufErrorCodes.Length, TensorFlowFiles.GraphRefusal(new ProtobufBuilder().Raw(0x0A, 0x7F, 0x0A, 0x01)).Code);
    }
}
