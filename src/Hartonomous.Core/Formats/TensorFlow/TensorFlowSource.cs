using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>An opened TensorFlow model: variables are held against their checksums, and some tensors are put together.</summary>
/// <param name="location">Where the model lies.</param>
/// <param name="metadata">What the files say.</param>
/// <param name="files">The files; owned.</param>
/// <param name="contents">The content of tensors that are more than a run of bytes, by name, file and offset.</param>
internal sealed class TensorFlowSource(
    ModelLocation location,
    ModelMetadata metadata,
    IReadOnlyList<ModelFile> files,
    IReadOnlyDictionary<(string Name, string File, long Offset), TensorContent> contents)
    : ModelSource(location, metadata, files)
{
    /// <inheritdoc/>
    public override ByteSource OpenTensor(TensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return contents.TryGetValue((tensor.Name, tensor.File, tensor.Offset), out TensorContent? content)
            ? content.Open(this, tensor)
            : base.OpenTensor(tensor);
    }
}
