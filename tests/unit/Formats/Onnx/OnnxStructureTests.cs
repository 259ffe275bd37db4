using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Onnx;

/// <summary>Where tensors hide in a model, how they are called, and what else the model says.</summary>
public sealed class OnnxStructureTests
{
    private static readonly Action<ProtobufBuilder> Then = graph => graph.Initializer("x", 1).Text(2, "then");

    [Fact]
    public void Initializers_keep_their_names_and_lie_where_they_lie()
    {
        byte[] file = OnnxFiles.Model(graph => graph.Initializer("a", 1, 2, 3).Initializer("b/../\u202E'; DROP TABLE", 9));
        using ModelSource model = OnnxFiles.Open(file);
        Assert.Equal(["a", "b/../\u202E'; DROP TABLE"], model.Metadata.Tensors.Select(tensor => tensor.Name));
        TensorInfo first = model.Metadata.Tensors[0];
        Assert.Equal((OnnxFiles.Name, 3L, true, TensorDtype.U8), (first.File, first.SizeBytes, first.IsContiguous, first.Dtype));
        Assert.Equal([1, 2, 3], file[(int)first.Offset..(int)(first.Offset + 3)]);
    }

    [Fact]
    public void Constants_are_named_by_their_output()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(graph => graph
            .Node("Constant", "node", ["out"], attribute => attribute
                .Text(1, "value").Message(5, tensor => tensor.Raw("inner", 2, [2], 5, 6)).Varint(20, 4))
            .Node("Constant", string.Empty, ["f"], attribute => attribute.Text(1, "value_float").Float(2, 1.5f).Varint(20, 1))
            .Node("Constant", string.Empty, ["fs"], attribute => attribute.Text(1, "value_floats").Float(7, 1f).Float(7, 2f).Varint(20, 6))
            .Node("Constant", string.Empty, ["i"], attribute => attribute.Text(1, "value_int").Varint(3, -2).Varint(20, 2))
            .Node("Constant", string.Empty, ["is"], attribute => attribute.Text(1, "value_ints").Packed(8, 1, -1).Varint(20, 7))
            .Node("Constant", string.Empty, ["s"], attribute => attribute.Text(1, "value_string").Text(4, "text").Varint(20, 3))
            .Node("ConstantOfShape", "fill", ["zeros"], attribute => attribute.Text(1, "value")
                .Message(5, tensor => tensor.Raw("v", 2, [1], 7)))));
        Assert.Equal(
            ["out U8 [2]", "f F32 []", "fs F32 [2]", "i I64 []", "is I64 [2]"],
            model.Metadata.Tensors.Select(tensor => $"{tensor.Name} {tensor.Dtype} {tensor.Shape}"));
        Assert.Equal([5, 6], OnnxFiles.Content(model, "out"));
        Assert.Equal([0, 0, 0xC0, 0x3F], OnnxFiles.Content(model, "f"));
        Assert.Equal([0, 0, 0x80, 0x3F, 0, 0, 0, 0x40], OnnxFiles.Content(model, "fs"));
        Assert.Equal([0xFE, .. Enumerable.Repeat((byte)0xFF, 7)], OnnxFiles.Content(model, "i"));
        Assert.Equal([1, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 8)], OnnxFiles.Content(model, "is"));
        Assert.Contains("1 tensors of texts are in the file only; they hold no weights.", model.Metadata.Warnings);
    }

    [Fact]
    public void Tensors_in_attributes_of_other_nodes_are_named_by_node_and_attribute()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(graph => graph
            .Node("MyOp", "n1", ["o1"], attribute => attribute.Text(1, "table").Message(5, tensor => tensor.Raw("t", 2, [1], 1)))
            .Node("MyOp", string.Empty, ["o2"], attribute => attribute.Text(1, "tables")
                .Message(10, tensor => tensor.Raw("t", 2, [1], 2)).Message(10, tensor => tensor.Raw("t", 2, [1], 3)))
            .Node("MyOp", string.Empty, [], attribute => attribute.Text(1, "w").Message(5, tensor => tensor.Raw("t", 2, [1], 4)))));
        Assert.Equal(["n1.table", "o2.tables.0", "o2.tables.1", "MyOp.w"], model.Metadata.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Tensors_in_subgraphs_are_named_by_node_and_attribute()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(graph => graph
            .Initializer("x", 0)
            .Node("If", "/if", ["y"],
                attribute => attribute.Text(1, "then_branch").Message(6, Then),
                attribute => attribute.Text(1, "else_branch").Message(6, inner => inner
                    .Node("Loop", string.Empty, ["", "second"], body => body.Text(1, "body").Message(6, Then))))
            .Node("Scan", "scan", ["z"], attribute => attribute.Text(1, "bodies").Message(11, Then).Message(11, Then))));
        Assert.Equal(
            ["x", "/if.then_branch/x", "/if.else_branch/second.body/x", "scan.bodies.0/x", "scan.bodies.1/x"],
            model.Metadata.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Names_that_come_behind_what_they_name_still_name_it()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(graph => graph.Message(1, node => node
            .Message(5, attribute => attribute.Message(6, Then).Text(1, "body"))
            .Text(4, "Loop").Text(3, "late").Text(2, "out"))));
        Assert.Equal(["late.body/x"], model.Metadata.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Tensors_of_nodes_with_one_name_are_kept_apart()
    {
        Action<ProtobufBuilder> branch = attribute => attribute.Text(1, "b").Message(6, Then);
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(graph => graph
            .Node("If", "same", ["1"], branch).Node("If", "same", ["2"], branch).Node("If", "same", ["3"], branch)));
        Assert.Equal(["same.b/x", "same.b/x#2", "same.b/x#3"], model.Metadata.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Functions_and_training_graphs_are_searched()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(
            graph => graph.Initializer("x", 1),
            model => model
                .Message(25, function => function.Text(1, "gelu")
                    .Message(7, node => node.Text(2, "o").Text(4, "Nop"))
                    .Message(7, node => node.Text(2, "c").Text(4, "Constant")
                        .Message(5, attribute => attribute.Text(1, "value").Message(5, tensor => tensor.Raw("t", 2, [1], 2))))
                    .Text(10, "my.domain").Text(13, "v2"))
                .Message(20, training => training.Message(1, Then).Message(2, Then))
                .Message(20, training => training.Message(2, Then))));
        Assert.Equal(
            ["x", "my.domain::gelu:v2/c", "training_info.0.initialization/x", "training_info.0.algorithm/x", "training_info.1.algorithm/x"],
            model.Metadata.Tensors.Select(tensor => tensor.Name));
        Assert.Equal((1L, 2L), (model.Metadata.Metadata["functions"].Scalar, model.Metadata.Metadata["training_info"].Scalar));
    }

    [Fact]
    public void Sparse_tensors_are_their_values_and_indices()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(graph => graph
            .Message(15, sparse => sparse
                .Message(1, values => values.Raw("w", 2, [2], 8, 9))
                .Message(2, indices => indices.Tensor(string.Empty, 7, 2).Packed(7, 3, 5))
                .Packed(3, 2, 3))
            .Node("Constant", string.Empty, ["c"], attribute => attribute.Text(1, "sparse_value").Message(22, sparse => sparse
                .Message(1, values => values.Raw("w", 2, [1], 7))
                .Message(2, indices => indices.Tensor(string.Empty, 7, 1, 2).Packed(7, 1, 2))
                .Varint(3, 2).Varint(3, 3)))));
        Assert.Equal(
            ["w.values [2]", "w.indices [2]", "c.values [1]", "c.indices [1, 2]"],
            model.Metadata.Tensors.Select(tensor => $"{tensor.Name} {tensor.Shape}"));
        Assert.Equal([3, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0], OnnxFiles.Content(model, "w.indices"));
    }

    [Fact]
    public void The_fields_of_the_model_become_metadata()
    {
        byte[] file = new ProtobufBuilder()
            .Varint(1, 7).Text(2, "pytorch").Text(3, "2.3.1").Text(4, "org.example").Varint(5, 42).Text(6, new string('d', 5000))
            .Message(7, graph => graph.Text(2, "bert"))
            .Message(8, opset => opset.Varint(2, 15)).Message(8, opset => opset.Text(1, "com.microsoft").Varint(2, 1))
            .Message(14, entry => entry.Text(1, "author").Text(2, "me")).Message(14, entry => entry.Text(1, "author")
                .Text(2, "you")).Build();
        using ModelSource model = OnnxFiles.Open(file);
        Assert.Equal(("ONNX IR 7, opset 15", "bert"), (model.Metadata.Variant, model.Metadata.Architecture));
        Assert.Equal(0, model.Metadata.ParameterCount);
        Assert.Equal(
            [
                "ir_version=7", "producer_name=pytorch", "producer_version=2.3.1", "domain=org.example", "model_version=42",
                $"doc_string={new string('d', 4096)}…", "opset_import.ai.onnx=15", "opset_import.com.microsoft=1",
                "metadata_props.author=me", "graph.name=bert",
            ],
            model.Metadata.Metadata.Select(entry => $"{entry.Key}={entry.Value}"));
        Assert.Equal(2, model.Metadata.Warnings.Count);
    }

    [Fact]
    public void Metadata_name_the_architecture_before_the_graph_does()
    {
        byte[] file = OnnxFiles.Model(
            graph => graph.Text(2, "g7"), model => model.Message(14, entry => entry.Text(1, "model_type").Text(2, "bert")));
        using ModelSource model = OnnxFiles.Open(file);
        Assert.Equal("bert", model.Metadata.Architecture);
    }

    [Fact]
    public void A_later_IR_version_is_read_with_a_warning()
    {
        byte[] file = new ProtobufBuilder().Varint(1, 99).Message(7, Then).Message(8, opset => opset.Varint(2, 30)).Build();
        using ModelSource model = OnnxFiles.Open(file);
        Assert.Equal("x", model.Metadata.Tensors.Single().Name);
        Assert.Contains("99", model.Metadata.Warnings.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_are_found_from_names()
    {
        using ModelSource model = OnnxFiles.Open(OnnxFiles.Model(graph => graph.Initializer("model.layers.3.self_attn.q_proj.weight", 1)));
        TensorInfo tensor = model.Metadata.Tensors.Single();
        Assert.Equal((LayerType.Attention, 3), (tensor.LayerType, tensor.LayerIndex));
    }

    [Fact]
    public void A_model_of_more_than_4_GiB_in_one_file_is_read()
    {
        const long Weights = 5_000_000_000;
        byte[] head = new ProtobufBuilder().Tensor("big", 2, Weights).Tag(9, 2).Raw(ProtobufBuilder.VarintBytes((ulong)Weights)).Build();
        byte[] after = new ProtobufBuilder().Initializer("after", 1, 2).Build();
        byte[] graph = [0x2A, .. ProtobufBuilder.VarintBytes((ulong)(head.Length + Weights)), .. head];
        byte[] start = [0x08, 0x08, 0x3A, .. ProtobufBuilder.VarintBytes((ulong)(graph.Length + Weights + after.Length)), .. graph];
        byte[] end = [.. after, .. new ProtobufBuilder().Message(8, opset => opset.Varint(2, 17)).Build()];
        ConcatenatedByteSource file = new(
            OnnxFiles.Name, [new MemoryByteSource("start", start), new ZeroByteSource("zeros", Weights), new MemoryByteSource("end", end)]);
        using ModelSource model = OnnxFiles.Open(file);
        Assert.Equal([("big", Weights), ("after", 2)], model.Metadata.Tensors.Select(tensor => (tensor.Name, tensor.SizeBytes)));
        Assert.Equal(start.Length, model.Metadata.Tensors[0].Offset);
        Assert.Equal([1, 2], OnnxFiles.Content(model, "after"));
    }
}
