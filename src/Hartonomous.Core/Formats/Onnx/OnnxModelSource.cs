using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>An opened ONNX model, some of whose tensors stand in typed fields and are decoded when they are read.</summary>
internal sealed class OnnxModelSource(
    ModelLocation location, ModelMetadata metadata, IReadOnlyList<ModelFile> files, IReadOnlyDictionary<string, OnnxTypedData> typed)
    : ModelSource(location, metadata, files)
{
    /// <inheritdoc/>
    public override ByteSource OpenTensor(TensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return typed.TryGetValue(tensor.Name, out OnnxTypedData? data)
            ? new OnnxTypedByteSource(Files[0].Bytes, data, tensor.SizeBytes)
            : base.OpenTensor(tensor);
    }
}
