using Hartonomous.Core.Formats;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>Models that are not as onnx.proto says, each with the error it ends in.</summary>
public sealed class OnnxRejectTests
{
    private static readonly Action<ProtobufBuilder> Empty = graph => graph.Text(2, "g");

    /// <summary>What is wrong, the code, the file.</summary>
    public static TheoryData<string, string, byte[]> Files => new()
    {
        { "number of more than 10 bytes", "PROTOBUF_VARINT", OnnxFiles.Single(tensor => tensor.Tag(1, 0).Raw(Repeat(0xFF, 10)).Raw(1)) },
        { "field 0", "PROTOBUF_FIELD_NUMBER", OnnxFiles.Single(tensor => tensor.Raw(0, 0)) },
        { "length beyond the message", "PROTOBUF_LENGTH", OnnxFiles.Single(tensor => tensor.Tag(9, 2).Raw(0xFF, 0xFF, 0xFF, 0x7F)) },
        { "group begins", "PROTOBUF_GROUP", OnnxFiles.Single(tensor => tensor.Tag(3, 3)) },
        { "group ends", "PROTOBUF_GROUP", OnnxFiles.Single(tensor => tensor.Tag(3, 4)) },
        { "wire type 7", "PROTOBUF_WIRE_TYPE", OnnxFiles.Single(tensor => tensor.Tag(3, 7)) },
        { "text as number", "PROTOBUF_FIELD_TYPE", OnnxFiles.Single(tensor => tensor.Varint(8, 1)) },
        { "name no UTF-8", "PROTOBUF_UTF8", OnnxFiles.Single(tensor => tensor.Varint(2, 2).Bytes(8, 0xFF).Bytes(9, 1)) },
        { "name of 64 KiB and a byte", "PROTOBUF_TEXT_LENGTH", OnnxFiles.Single(tensor => tensor.Raw(new string('n', 65_537), 2, [1], 1)) },
        { "no IR version", "ONNX_IR_VERSION", new ProtobufBuilder().Message(7, Empty).Build() },
        { "negative IR version", "ONNX_IR_VERSION", new ProtobufBuilder().Varint(1, -8).Message(7, Empty).Build() },
        { "no graph", "ONNX_GRAPH_MISSING", new ProtobufBuilder().Varint(1, 8).Message(8, opset => opset.Varint(2, 1)).Build() },
        { "no opset", "ONNX_OPSET_MISSING", new ProtobufBuilder().Varint(1, 8).Message(7, Empty).Build() },
        { "two graphs", "ONNX_FIELD_DUPLICATE", OnnxFiles.Model(Empty, model => model.Message(7, Empty)) },
        { "two graph names", "ONNX_FIELD_DUPLICATE", OnnxFiles.Model(graph => graph.Text(2, "a").Text(2, "b")) },
        { "two data types", "ONNX_FIELD_DUPLICATE", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [1], 1).Varint(2, 3)) },
        { "two raw data", "ONNX_FIELD_DUPLICATE", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [1], 1).Bytes(9, 2)) },
        { "two tensor names", "ONNX_FIELD_DUPLICATE", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [1], 1).Text(8, "u")) },
        { "two node names", "ONNX_FIELD_DUPLICATE", OnnxFiles.Model(graph => graph.Message(1, node => node.Text(3, "a").Text(3, "b"))) },
        { "two tensors in t", "ONNX_FIELD_DUPLICATE", OnnxFiles.Model(graph => graph.Node("Constant", "n", ["o"], attribute => attribute
            .Text(1, "value").Message(5, tensor => tensor.Raw("a", 2, [1], 1)).Message(5, tensor => tensor.Raw("b", 2, [1], 2)))) },
        { "negative dimension", "ONNX_DIMENSION", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [-1], 1)) },
        { "product over 2^63", "ONNX_SHAPE_OVERFLOW", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [1L << 32, 1L << 31], 1)) },
        { "product over 2^63 and 0", "ONNX_SHAPE_OVERFLOW", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [1L << 62, 4, 0])) },
        { "size over 2^63", "ONNX_TENSOR_SIZE", OnnxFiles.Single(tensor => tensor.Raw("t", 11, [1L << 60], 1)) },
        { "65 dimensions", "ONNX_RANK", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [.. Enumerable.Repeat(1L, 65)], 1)) },
        { "65 packed dimensions", "ONNX_RANK", OnnxFiles.Single(tensor => tensor.Packed(1, [.. Enumerable.Repeat(1L, 65)])) },
        { "raw data too short", "ONNX_DATA_SIZE", OnnxFiles.Single(tensor => tensor.Raw("t", 1, [2], 0, 0, 0, 0)) },
        { "raw data too long", "ONNX_DATA_SIZE", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [1], 0, 0)) },
        { "no data", "ONNX_DATA_SIZE", OnnxFiles.Single(tensor => tensor.Tensor("t", 1, 1_000_000_000_000)) },
        { "too few numbers", "ONNX_DATA_SIZE", OnnxFiles.Single(tensor => tensor.Tensor("t", 7, 3).Packed(7, 1, 2)) },
        { "too many numbers", "ONNX_DATA_SIZE", OnnxFiles.Single(tensor => tensor.Tensor("t", 7, 1).Packed(7, 1, 2)) },
        { "too many single floats", "ONNX_DATA_SIZE", OnnxFiles.Single(tensor => tensor.Tensor("t", 1, 1).Float(4, 1).Float(4, 1)) },
        { "packed floats of 3 bytes", "ONNX_DATA_SIZE", OnnxFiles.Single(tensor => tensor.Tensor("t", 1, 1).Bytes(4, 0, 0, 0)) },
        { "odd 4-bit count, one byte short", "ONNX_DATA_SIZE", OnnxFiles.Single(tensor => tensor.Raw("t", 22, [3], 1)) },
        { "half a number", "PROTOBUF_TRUNCATED", OnnxFiles.Single(tensor => tensor.Tensor("t", 7, 1).Bytes(7, 0x80)) },
        { "raw and typed", "ONNX_DATA_TWICE", OnnxFiles.Single(tensor => tensor.Raw("t", 1, [1], 0, 0, 0, 0).Float(4, 0)) },
        { "two typed fields", "ONNX_DATA_TWICE", OnnxFiles.Single(tensor => tensor.Tensor("t", 1, 1).Float(4, 0).Varint(5, 1)) },
        { "raw and external", "ONNX_DATA_TWICE", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [1], 1)
            .External("location", "w").Varint(14, 1)) },
        { "floats as integers", "ONNX_DATA_FIELD", OnnxFiles.Single(tensor => tensor.Tensor("t", 7, 1).Float(4, 0)) },
        { "texts in raw data", "ONNX_DATA_FIELD", OnnxFiles.Single(tensor => tensor.Raw("t", 8, [1], 1)) },
        { "300 as UINT8", "ONNX_VALUE_RANGE", OnnxFiles.Single(tensor => tensor.Tensor("t", 2, 1).Varint(5, 300)) },
        { "-1 as FLOAT16", "ONNX_VALUE_RANGE", OnnxFiles.Single(tensor => tensor.Tensor("t", 10, 1).Packed(5, -1)) },
        { "2 as BOOL", "ONNX_VALUE_RANGE", OnnxFiles.Single(tensor => tensor.Tensor("t", 9, 1).Packed(5, 2)) },
        { "2^32 as UINT32", "ONNX_VALUE_RANGE", OnnxFiles.Single(tensor => tensor.Tensor("t", 12, 1).Packed(11, 1L << 32)) },
        { "no data type", "ONNX_DATA_TYPE", OnnxFiles.Single(tensor => tensor.Text(8, "t")) },
        { "data type 0", "ONNX_DATA_TYPE", OnnxFiles.Single(tensor => tensor.Raw("t", 0, [1], 1)) },
        { "data type 27", "ONNX_DATA_TYPE", OnnxFiles.Single(tensor => tensor.Raw("t", 27, [1], 1)) },
        { "data type 2^31", "ONNX_DATA_TYPE", OnnxFiles.Single(tensor => tensor.Varint(2, 1L << 31).Text(8, "t")) },
        { "segment", "ONNX_SEGMENT", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [1], 1).Message(3, segment => segment.Varint(1, 0))) },
        { "data location 2", "ONNX_DATA_LOCATION", OnnxFiles.Single(tensor => tensor.Raw("t", 2, [1], 1).Varint(14, 2)) },
        { "no name", "ONNX_NAME_EMPTY", OnnxFiles.Single(tensor => tensor.Raw(string.Empty, 2, [1], 1)) },
        { "constant without output", "ONNX_NAME_EMPTY", OnnxFiles.Model(graph => graph.Node("Constant", "", [], attribute => attribute
            .Text(1, "value").Message(5, tensor => tensor.Raw("a", 2, [1], 1)))) },
        { "name twice", "ONNX_NAME_DUPLICATE", OnnxFiles.Model(graph => graph.Initializer("a", 1).Initializer("a", 2)) },
        { "name twice in a subgraph", "ONNX_NAME_DUPLICATE", OnnxFiles.Model(graph => graph.Node("If", "n", ["o"], attribute => attribute
            .Text(1, "b").Message(6, branch => branch.Initializer("a", 1).Initializer("a", 2)))) },
        { "sparse without indices", "ONNX_SPARSE", Sparse(sparse => sparse.Message(1, values => values.Raw("v", 2, [1], 1))) },
        { "sparse with more values than places", "ONNX_SPARSE", Sparse(sparse => sparse.Varint(3, 1)
            .Message(1, values => values.Raw("v", 2, [2], 1, 2)).Message(2, indices => indices.Tensor("i", 7, 2).Packed(7, 0, 0))) },
        { "sparse with other indices", "ONNX_SPARSE", Sparse(sparse => sparse.Varint(3, 9)
            .Message(1, values => values.Raw("v", 2, [2], 1, 2)).Message(2, indices => indices.Tensor("i", 7, 3).Packed(7, 0, 1, 2))) },
        { "sparse of 8 GiB of indices", "ONNX_DATA_SIZE", Sparse(sparse => sparse.Varint(3, 1L << 40)
            .Message(1, values => values.Raw("v", 2, [1], 1)).Message(2, indices => indices.Tensor("i", 7, 1L << 30))) },
        { "sparse shape overflow", "ONNX_SHAPE_OVERFLOW", Sparse(sparse => sparse.Varint(3, 1L << 62).Varint(3, 4)) },
        { "graphs 10,000 deep", "PROTOBUF_DEPTH", Nested(10_000) },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_broken_model_is_refused_with_its_own_code(string what, string code, byte[] file)
    {
        ModelFormatException error = OnnxFiles.Refusal(file);
        Assert.True(error.Code == code, $"{what}: {error.Message}");
        Assert.Equal(OnnxFiles.Name, error.File);
        Assert.NotNull(error.Offset);
    }

    [Fact]
    public void Thirty_graphs_in_one_another_are_read()
    {
        using ModelSource model = OnnxFiles.Open(Nested(30));
        Assert.EndsWith("/x", model.Metadata.Tensors.Single().Name, StringComparison.Ordinal);
    }

    private static byte[] Sparse(Action<ProtobufBuilder> sparse) => OnnxFiles.Model(graph => graph.Message(15, sparse));

    private static byte[] Repeat(byte value, int count) => [.. Enumerable.Repeat(value, count)];

    // Built from the inside; the lengths in front grow, so each layer is written around the one before.
    private static byte[] Nested(int depth)
    {
        List<byte[]> heads = [];
        byte[] core = new ProtobufBuilder().Initializer("x", 1).Build();
        long length = core.Length;
        for (int i = 0; i < depth; i++)
        {
            // GraphProto.node { output, name, attribute { name, g } }
            byte[] graph = [0x32, .. ProtobufBuilder.VarintBytes((ulong)length)];
            byte[] attributeBody = [0x0A, 1, (byte)'b', .. graph];
            length += attributeBody.Length;
            byte[] attribute = [0x2A, .. ProtobufBuilder.VarintBytes((ulong)length), .. attributeBody];
            byte[] nodeBody = [0x1A, 1, (byte)'n'];
            length += attribute.Length - attributeBody.Length + nodeBody.Length;
            byte[] node = [0x0A, .. ProtobufBuilder.VarintBytes((ulong)length), .. nodeBody, .. attribute];
            length += node.Length - nodeBody.Length - attribute.Length;
            heads.Add(node);
        }

        byte[] outer = [.. Enumerable.Reverse(heads).SelectMany(head => head), .. core];
        return new ProtobufBuilder().Varint(1, 8).Bytes(7, outer).Message(8, opset => opset.Varint(2, 17)).Build();
    }
}
