using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Onnx;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Support;

/// <summary>Writes ONNX models by the field numbers of onnx.proto, and opens them from memory.</summary>
internal static class OnnxFiles
{
    public const string Name = "small.onnx";

    /// <summary>A model of IR version 8 and operator set 17 with a graph.</summary>
    public static byte[] Model(Action<ProtobufBuilder> graph, Action<ProtobufBuilder>? more = null)
    {
        ProtobufBuilder model = new ProtobufBuilder().Varint(1, 8).Text(2, "test").Message(7, graph)
            .Message(8, opset => opset.Varint(2, 17));
        more?.Invoke(model);
        return model.Build();
    }

    /// <summary>A model with one initializer.</summary>
    public static byte[] Single(Action<ProtobufBuilder> tensor) => Model(graph => graph.Message(5, tensor));

    /// <summary>A TensorProto up to its data: dims one by one, data_type, name.</summary>
    public static ProtobufBuilder Tensor(this ProtobufBuilder tensor, string name, int type, params long[] dims)
    {
        tensor.Varints(1, dims).Varint(2, type);
        return name.Length > 0 ? tensor.Text(8, name) : tensor;
    }

    /// <summary>A TensorProto of bytes in raw_data.</summary>
    public static ProtobufBuilder Raw(this ProtobufBuilder tensor, string name, int type, long[] dims, params byte[] content) =>
        tensor.Tensor(name, type, dims).Bytes(9, content);

    /// <summary>An initializer of UINT8 values.</summary>
    public static ProtobufBuilder Initializer(this ProtobufBuilder graph, string name, params byte[] content) =>
        graph.Message(5, tensor => tensor.Raw(name, 2, [content.Length], content));

    /// <summary>A NodeProto: outputs, name, operator, then what is added.</summary>
    public static ProtobufBuilder Node(
        this ProtobufBuilder graph, string operation, string name, string[] outputs, params Action<ProtobufBuilder>[] attributes) =>
        graph.Message(1, node =>
        {
            foreach (string output in outputs)
            {
                node.Text(2, output);
            }

            if (name.Length > 0)
            {
                node.Text(3, name);
            }

            node.Text(4, operation);
            foreach (Action<ProtobufBuilder> attribute in attributes)
            {
                node.Message(5, attribute);
            }
        });

    /// <summary>An entry of external_data.</summary>
    public static ProtobufBuilder External(this ProtobufBuilder tensor, string key, string value) =>
        tensor.Message(13, entry => entry.Text(1, key).Text(2, value));

    public static ModelSource Open(byte[] file, ReadLimits? limits = null) => Open(new MemoryByteSource(Name, file), limits);

    public static ModelSource Open(ByteSource file, ReadLimits? limits = null)
    {
        ModelLocation location = new()
        {
            Name = "small",
            Format = ModelFormat.Onnx,
            Folder = Path.Combine(Path.GetTempPath(), "hart-test-none"),
            WeightFiles = [Name],
        };
        return OnnxFormat.Open(
            location, [new ModelFile(Name, file)], limits ?? ReadLimits.Default, CancellationToken.None);
    }

    public static ModelSource Open(string path, ReadLimits? limits = null) => ModelReader.Open(ModelReader.Locate(path)[0], limits);

    /// <summary>The error a file ends in.</summary>
    public static ModelFormatException Refusal(byte[] file, ReadLimits? limits = null) =>
        Assert.Throws<ModelFormatException>(() => Open(file, limits));

    public static byte[] Content(ModelSource model, string name) =>
        Content(model, model.Metadata.Tensors.Single(tensor => tensor.Name == name));

    public static byte[] Content(ModelSource model, TensorInfo tensor)
    {
        using ByteSource source = model.OpenTensor(tensor);
        byte[] bytes = new byte[source.Length];
        source.ReadExactly(0, bytes);
        return bytes;
    }
}
