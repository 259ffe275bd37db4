using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.TensorFlow;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Support;

/// <summary>Opens TensorFlow's files from memory.</summary>
internal static class TensorFlowFiles
{
    /// <summary>Opens a graph.</summary>
    public static ModelSource Graph(ProtobufBuilder graph, ReadLimits? limits = null) =>
        Open(new Dictionary<string, byte[]> { ["graph.pb"] = graph.Build() }, limits);

    public static ModelSource Bundle(BundleBuilder bundle, ReadLimits? limits = null) => Open(bundle.Build(), limits);

    /// <summary>Opens the files of a model, all of which hold weights.</summary>
    public static ModelSource Open(IReadOnlyDictionary<string, byte[]> files, ReadLimits? limits = null, bool isFolder = false)
    {
        ModelLocation location = new()
        {
            Name = "small",
            Format = ModelFormat.TensorFlow,
            Folder = Path.GetTempPath(),
            WeightFiles = [.. files.Keys],
            IsFolder = isFolder,
        };
        return TensorFlowFormat.Open(
            location,
            [.. files.Select(file => new ModelFile(file.Key, new MemoryByteSource(file.Key, file.Value)))],
            limits ?? ReadLimits.Default,
            CancellationToken.None);
    }

    public static ModelFormatException GraphRefusal(ProtobufBuilder graph, ReadLimits? limits = null) =>
        Assert.Throws<ModelFormatException>(() => Graph(graph, limits));

    public static ModelFormatException BundleRefusal(BundleBuilder bundle, ReadLimits? limits = null) =>
        Assert.Throws<ModelFormatException>(() => Bundle(bundle, limits));

    public static TensorInfo Tensor(this ModelSource model, string name) =>
        Assert.Single(model.Metadata.Tensors, tensor => tensor.Name == name);

    public static byte[] Content(this ModelSource model, string name) => model.Content(model.Tensor(name));

    public static byte[] Content(this ModelSource model, TensorInfo tensor)
    {
        using ByteSource source = model.OpenTensor(tensor);
        Assert.Equal(tensor.SizeBytes, source.Length);
        byte[] bytes = new byte[source.Length];
        source.ReadExactly(0, bytes);
        return bytes;
    }
}
