using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>The content of a variable that lies in its shard in one piece.</summary>
internal sealed class StoredContent(StoredTensor stored) : TensorContent
{
    /// <inheritdoc/>
    public override ByteSource Open(ModelSource model, TensorInfo tensor) => OpenStored(model, stored, tensor);
}
