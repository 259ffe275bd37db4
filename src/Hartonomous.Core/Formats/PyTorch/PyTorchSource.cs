using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>An opened PyTorch model: puts strided and compressed tensors together when they are asked for.</summary>
internal sealed class PyTorchSource : ModelSource
{
    private readonly Dictionary<(string File, string Name), PyTorchTensor> _loose;

    public PyTorchSource(
        ModelLocation location, ModelMetadata metadata, IReadOnlyList<ModelFile> files, IEnumerable<PyTorchTensor> tensors)
        : base(location, metadata, files)
    {
        _loose = tensors.Where(tensor => !tensor.Info.IsContiguous).ToDictionary(tensor => (tensor.Info.File, tensor.Info.Name));
    }

    /// <inheritdoc/>
    public override ByteSource OpenTensor(TensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return _loose.TryGetValue((tensor.File, tensor.Name), out PyTorchTensor? loose)
            ? PyTorchTensors.Open(loose, File(tensor.File).Bytes)
            : base.OpenTensor(tensor);
    }
}
