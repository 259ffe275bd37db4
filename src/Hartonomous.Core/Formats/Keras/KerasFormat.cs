using Hartonomous.Core.Formats.Hdf5;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Formats.Zip;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Keras;

/// <summary>Keras: HDF5 files of models and of weights, <c>.keras</c> archives, and any other HDF5 file that holds numbers.</summary>
public sealed class KerasFormat : IModelFormat
{
    private const string WeightsSuffix = ".weights";

    private static readonly string[] Suffixes = [".keras", ".h5", ".hdf5"];

    // The signature as a transfer in text mode may leave it, or a damaged one.
    private static ReadOnlySpan<byte> SignatureStart => [0x89, 0x48, 0x44, 0x46];

    /// <inheritdoc/>
    public ModelFormat Format => ModelFormat.Keras;

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions => Suffixes;

    /// <summary>Reads the structures of a file that is already open.</summary>
    /// <param name="location">Where the model lies.</param>
    /// <param name="files">Its one file. Owned by the result, open after an error.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ModelFormatException">
    /// The file is not as the format says; the codes are in <see cref="KerasErrorCodes"/>, <see cref="Hdf5ErrorCodes"/> and
    /// <see cref="Zip.ZipErrorCodes"/>.
    /// </exception>
    public static ModelSource Open(
        ModelLocation location, IReadOnlyList<ModelFile> files, ReadLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(limits);
        ModelFile file = files[0];
        KerasArchive? archive = IsArchive(file.Bytes) ? KerasArchive.Open(file.Bytes, limits, cancellation) : null;
        ByteSource weights = archive?.Weights ?? file.Bytes;
        try
        {
            Hdf5File content = Hdf5File.Open(weights, limits, cancellation);
            KerasMetadata metadata = new(location.Warnings);
            metadata.Add(content);
            if (archive is not null)
            {
                metadata.Add(archive);
            }

            ModelMetadata said = new()
            {
                Format = ModelFormat.Keras,
                Variant = metadata.VariantOf(content, archive is not null),
                Architecture = metadata.Architecture,
                Metadata = metadata.Values,
                Tensors = [.. content.Datasets.Select(dataset => Describe(dataset, file.Path, archive))],
                Warnings = metadata.Warnings,
            };
            return new KerasSource(location, said, files, weights, content, limits);
        }
        catch
        {
            archive?.Weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> header, long fileLength) => Hdf5Superblock.Find(header) >= 0;

    /// <inheritdoc/>
    public bool Matches(ByteSource file, ReadOnlySpan<byte> header)
    {
        ArgumentNullException.ThrowIfNull(file);
        return KerasArchive.IsZip(header)
            ? ZipDirectory.ReadNames(file, ReadLimits.Default) is { } names && KerasArchive.Matches(names)
            : Hdf5Superblock.Find(file) >= 0;
    }

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> header) => header.StartsWith(SignatureStart);

    /// <inheritdoc/>
    public ModelLocation Locate(string path, ReadLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        string stem = Path.GetFileNameWithoutExtension(full);
        if (stem.EndsWith(WeightsSuffix, StringComparison.OrdinalIgnoreCase) && stem.Length > WeightsSuffix.Length)
        {
            stem = stem[..^WeightsSuffix.Length];
        }

        return new ModelLocation
        {
            Name = ModelNaming.DefaultName(folder, stem),
            Format = ModelFormat.Keras,
            Folder = folder,
            WeightFiles = [Path.GetFileName(full)],
        };
    }

    /// <inheritdoc/>
    public ModelSource Open(ModelLocation location, ReadLimits limits, CancellationToken cancellation) =>
        ModelFiles.OpenModel(location, files => Open(location, files, limits, cancellation));

    /// <inheritdoc/>
    /// <remarks>The result is a SafeTensors file: HDF5 has no order of its own for a few tensors, and every library reads that.</remarks>
    /// <exception cref="ArgumentException">A tensor is not of the source, is given twice, or has values that SafeTensors lacks (C128).</exception>
    public ModelSource SelectTensors(ModelSource source, IReadOnlyList<TensorInfo> tensors, ReadLimits limits) =>
        new SafeTensorsFormat().SelectTensors(source, tensors, limits);

    private static bool IsArchive(ByteSource file)
    {
        Span<byte> start = stackalloc byte[4];
        if (file.Length < start.Length)
        {
            return false;
        }

        file.ReadExactly(0, start);
        return KerasArchive.IsZip(start);
    }

    private static TensorInfo Describe(Hdf5Dataset dataset, string path, KerasArchive? archive)
    {
        (LayerType layerType, int? layerIndex) = LayerClassifier.Classify(dataset.Path);

        // Within deflated weights nothing has a place of its own in the file.
        bool isInPlace = archive is null || archive.Entry.IsStored;
        long start = archive?.Entry.DataOffset ?? 0;
        return new TensorInfo
        {
            Name = dataset.Path,
            Shape = dataset.Shape,
            Dtype = dataset.Dtype,
            File = path,
            Offset = isInPlace ? start + dataset.Offset : start,
            SizeBytes = dataset.SizeBytes,
            IsContiguous = dataset.IsContiguous && isInPlace,
            ByteOrder = dataset.Order,
            LayerType = layerType,
            LayerIndex = layerIndex,
        };
    }
}
