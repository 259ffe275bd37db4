using Hartonomous.Core.Formats.Hdf5;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Keras;

/// <summary>An opened Keras model. Tensors that do not lie in its file in one run are put together as they are read.</summary>
internal sealed class KerasSource : ModelSource
{
    private readonly ByteSource _weights;
    private readonly Hdf5Superblock _superblock;
    private readonly ReadLimits _limits;
    private readonly Dictionary<string, Hdf5Dataset> _datasets;

    /// <summary>Takes over the files, and the weights where they are another source.</summary>
    public KerasSource(
        ModelLocation location, ModelMetadata metadata, IReadOnlyList<ModelFile> files, ByteSource weights, Hdf5File content,
        ReadLimits limits)
        : base(location, metadata, files)
    {
        _weights = weights;
        _superblock = content.Superblock;
        _limits = limits;
        _datasets = content.Datasets.ToDictionary(dataset => dataset.Path, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public override ByteSource OpenTensor(TensorInfo tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return _datasets.TryGetValue(tensor.Name, out Hdf5Dataset? dataset)
            ? Hdf5File.OpenValues(_weights, _superblock, dataset, _limits)
            : throw new ArgumentException($"The tensor {ErrorText.Quote(tensor.Name)} is not of this model.", nameof(tensor));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _weights.Dispose();
        }

        base.Dispose(disposing);
    }
}
