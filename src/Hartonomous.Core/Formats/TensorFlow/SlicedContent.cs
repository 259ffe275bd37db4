using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>The content of a partitioned variable, put together from its slices.</summary>
/// <param name="slices">The slices: where each is in the variable, and its data.</param>
internal sealed class SlicedContent(IReadOnlyList<(SliceExtent[] Extents, StoredTensor Stored)> slices) : TensorContent
{
    /// <inheritdoc/>
    public override ByteSource Open(ModelSource model, TensorInfo tensor) => new SlicedByteSource(
        tensor.Name,
        tensor.Shape,
        tensor.Dtype.Layout().Bytes,
        [.. slices.Select(slice => (slice.Extents, OpenStored(model, slice.Stored, tensor)))]);
}
