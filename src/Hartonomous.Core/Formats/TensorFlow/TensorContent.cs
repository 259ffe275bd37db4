using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>How the content of a tensor comes about that is more than a run of bytes in a file.</summary>
internal abstract class TensorContent
{
    /// <summary>The content: row-major, little-endian. Does not own the model's files.</summary>
    public abstract ByteSource Open(ModelSource model, TensorInfo tensor);

    /// <summary>A run of bytes of a shard, held against its checksum and turned where the shard is big-endian.</summary>
    protected static ByteSource OpenStored(ModelSource model, StoredTensor stored, TensorInfo tensor)
    {
        ByteSource bytes = new ChecksumByteSource(model.File(stored.File).Bytes, stored, tensor.Name);
        BlockLayout layout = tensor.Dtype.Layout();
        return tensor.ByteOrder == ByteOrder.Little || layout.IsByteOrderFree ? bytes : new ByteOrderByteSource(bytes, layout);
    }
}
