using System.Buffers.Binary;

namespace Hartonomous.Tests.Support;

/// <summary>
/// Writes nodes, functions and SavedModels as TensorFlow's graph.proto, tensor.proto and saved_model.proto describe them.
/// </summary>
internal static class GraphBuilder
{
    /// <summary>A graph of the given nodes.</summary>
    public static ProtobufBuilder Graph(params ProtobufBuilder[] nodes)
    {
        ProtobufBuilder graph = new();
        foreach (ProtobufBuilder node in nodes)
        {
            graph.Message(1, node);
        }

        return graph;
    }

    public static ProtobufBuilder Node(string name, string operation) => new ProtobufBuilder().Text(1, name).Text(2, operation);

    /// <summary>A constant: what <paramref name="values"/> adds to its TensorProto follows dtype and shape.</summary>
    public static ProtobufBuilder Const(string name, int dtype, long[] shape, Action<ProtobufBuilder> values) => Node(name, "Const")
        .Message(5, entry => entry.Text(1, "dtype").Message(2, value => value.Varint(6, dtype)))
        .Message(5, entry => entry.Text(1, "value").Message(2, value => value.Message(8, Tensor(dtype, shape, values))));

    public static ProtobufBuilder Tensor(int dtype, long[] shape, Action<ProtobufBuilder> values)
    {
        ProtobufBuilder tensor = new ProtobufBuilder().Varint(1, dtype).Message(2, BundleBuilder.Shape(shape));
        values(tensor);
        return tensor;
    }

    /// <summary>A graph with a library of one function.</summary>
    public static ProtobufBuilder WithFunction(this ProtobufBuilder graph, string name, params ProtobufBuilder[] nodes) =>
        graph.Message(2, library => library.Message(1, function =>
        {
            // The name behind the nodes, where a writer may put it.
            foreach (ProtobufBuilder node in nodes)
            {
                function.Message(3, node);
            }

            function.Message(1, signature => signature.Text(1, name));
        }));

    public static ProtobufBuilder SavedModel(ProtobufBuilder graph, Action<ProtobufBuilder>? more = null) =>
        new ProtobufBuilder().Varint(1, 1).Message(2, metaGraph =>
        {
            metaGraph.Message(1, info => info.Text(4, "serve").Text(5, "2.15.0").Text(6, "v2.15.0")).Message(2, graph);
            more?.Invoke(metaGraph);
        });

    public static byte[] Floats(params float[] values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        }

        return bytes;
    }
}
