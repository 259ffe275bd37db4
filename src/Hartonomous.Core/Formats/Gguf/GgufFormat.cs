using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>GGUF, the container of llama.cpp and ggml: versions 1 to 3 in either byte order, in one file or split over several.</summary>
public sealed class GgufFormat : IModelFormat
{
    /// <inheritdoc/>
    public ModelFormat Format => ModelFormat.Gguf;

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".gguf"];

    /// <summary>Reads the headers of files that are already open.</summary>
    /// <param name="location">Where the model lies.</param>
    /// <param name="files">The files with weights in their order, then any others. Owned by the result, open after an error.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ModelFormatException">A file is not as the format says; the codes are in <see cref="GgufErrorCodes"/>.</exception>
    public static ModelSource Open(
        ModelLocation location, IReadOnlyList<ModelFile> files, ReadLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(limits);
        ModelFile[] weights = [.. files.Take(location.WeightFiles.Count)];
        GgufHeader[] headers = [.. weights.Select(file => GgufHeaderReader.Read(file.Bytes, limits, cancellation))];
        GgufSplit.Check(weights, headers);

        List<TensorInfo> tensors = new(headers.Sum(header => header.Tensors.Count));
        for (int i = 0; i < headers.Length; i++)
        {
            GgufHeader header = headers[i];
            string path = weights[i].Path;
            tensors.AddRange(header.Tensors.Select(entry => Describe(entry, header, path)));
        }

        GgufHeader first = headers[0];
        List<string> warnings = [.. location.Warnings];
        string? architecture = FindArchitecture(first, warnings);
        if (first.Alignment % 8 != 0)
        {
            warnings.Add($"The alignment is {first.Alignment}; the specification asks for a multiple of 8.");
        }

        ModelMetadata metadata = new()
        {
            Format = ModelFormat.Gguf,
            Variant = $"GGUF v{first.Version}{(first.Order == ByteOrder.Big ? " big-endian" : string.Empty)}",
            Architecture = architecture,
            Metadata = first.Metadata,
            Tensors = tensors,
            Warnings = warnings,
        };
        return new ModelSource(location, metadata, files);
    }

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> header, long fileLength) =>
        header.StartsWith(GgufConstants.Magic) || header.StartsWith(GgufConstants.SwappedMagic);

    /// <inheritdoc/>
    public ModelLocation Locate(string path, ReadLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return GgufSplit.Locate(path);
    }

    /// <inheritdoc/>
    public ModelSource Open(ModelLocation location, ReadLimits limits, CancellationToken cancellation) =>
        ModelFiles.OpenModel(location, files => Open(location, files, limits, cancellation));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A tensor is not one of the source's, or is there twice.</exception>
    public ModelSource SelectTensors(ModelSource source, IReadOnlyList<TensorInfo> tensors, ReadLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(limits);
        string fileName = $"{source.Location.Name}.gguf";
        ByteSource bytes = GgufSelection.Write(fileName, source, tensors, limits, CancellationToken.None);
        ModelLocation location = new()
        {
            Name = source.Location.Name,
            Format = ModelFormat.Gguf,
            Folder = source.Location.Folder,
            WeightFiles = [fileName],
        };
        return Open(location, [new ModelFile(fileName, bytes)], limits, CancellationToken.None);
    }

    private static TensorInfo Describe(GgufTensorEntry entry, GgufHeader header, string path)
    {
        (LayerType layerType, int? layerIndex) = LayerClassifier.Classify(entry.Name);
        return new TensorInfo
        {
            Name = entry.Name,
            Shape = entry.Shape,
            Dtype = entry.Dtype,
            File = path,
            Offset = header.DataStart + entry.Offset,
            SizeBytes = entry.SizeBytes,
            ByteOrder = header.Order,
            LayerType = layerType,
            LayerIndex = layerIndex,
        };
    }

    private static string? FindArchitecture(GgufHeader header, List<string> warnings)
    {
        MetadataValue? value = header.Metadata.GetValueOrDefault(GgufConstants.ArchitectureKey);
        if (value?.Scalar is string { Length: > 0 } text)
        {
            return text;
        }

        warnings.Add($"The file names no architecture: {GgufConstants.ArchitectureKey} is {(value is null ? "absent" : "no text")}.");
        return null;
    }
}
