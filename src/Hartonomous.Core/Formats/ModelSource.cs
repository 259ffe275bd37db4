using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats;

/// <summary>An opened model: its files, what they say, and the bytes of its tensors on demand. Opening reads headers only.</summary>
public class ModelSource : IDisposable
{
    private readonly Dictionary<string, ModelFile> _byPath;

    /// <summary>Takes over what a reader found; owns the files from here on.</summary>
    public ModelSource(ModelLocation location, ModelMetadata metadata, IReadOnlyList<ModelFile> files)
    {
        Location = location;
        Metadata = metadata;
        Files = files;
        _byPath = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
    }

    /// <summary>Where the model lies.</summary>
    public ModelLocation Location { get; }

    /// <summary>
    /// What the files say. <see cref="ModelReader.Open"/> adds what it finds out about the whole after the format's reader is done, so a
    /// reader knows a tensor again by its name and place, not by the instance it made.
    /// </summary>
    public ModelMetadata Metadata { get; internal set; }

    /// <summary>All files of the model, in the order they are stored and given back.</summary>
    public IReadOnlyList<ModelFile> Files { get; }

    /// <summary>Length of all files together in bytes.</summary>
    public long SizeBytes => Files.Sum(file => file.SizeBytes);

    /// <summary>The file at a path relative to the model's folder.</summary>
    public ModelFile File(string path) => _byPath[path];

    /// <summary>
    /// The content of a tensor: row-major, little-endian, in its stored encoding, <see cref="TensorInfo.SizeBytes"/> long. The caller
    /// disposes it; the model stays open.
    /// </summary>
    public virtual ByteSource OpenTensor(TensorInfo tensor)
    {
        ByteSource stored = File(tensor.File).Bytes.Slice(tensor.Offset, tensor.SizeBytes);
        BlockLayout layout = tensor.Dtype.Layout();
        return tensor.ByteOrder == ByteOrder.Little || layout.IsByteOrderFree ? stored : new ByteOrderByteSource(stored, layout);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the files.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (ModelFile file in Files)
            {
                file.Bytes.Dispose();
            }
        }
    }
}
