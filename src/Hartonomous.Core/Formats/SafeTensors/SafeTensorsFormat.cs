using System.Buffers.Binary;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Shards;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>SafeTensors: single files, shards with or without an index, Hugging Face folders.</summary>
public sealed class SafeTensorsFormat : IModelFormat
{
    private const string FileExtension = ".safetensors";

    private static readonly string[] ArchitectureKeys = ["modelspec.architecture", "architecture"];

    /// <inheritdoc/>
    public ModelFormat Format => ModelFormat.SafeTensors;

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [FileExtension];

    /// <inheritdoc/>
    public bool HasCompanionFiles => true;

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> header, long fileLength)
    {
        if (header.Length <= SafeTensorsHeaderReader.LengthSize)
        {
            return false;
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        ReadOnlySpan<byte> json = header[SafeTensorsHeaderReader.LengthSize..];
        int first = SafeTensorsHeaderReader.CountWhiteSpace(json);

        // Writers may put white space before the header to align the data to a page, more than is shown here.
        return length >= 2 && length <= (ulong)(fileLength - SafeTensorsHeaderReader.LengthSize) &&
            (first < json.Length ? json[first] == (byte)'{' : (ulong)first < length);
    }

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> header)
    {
        // A text whose ninth byte happens to be a brace has eight printable bytes before it; as a length they would be beyond any file.
        if (header.Length <= SafeTensorsHeaderReader.LengthSize ||
            !header[..SafeTensorsHeaderReader.LengthSize].ContainsAnyExceptInRange((byte)'\t', (byte)'~'))
        {
            return false;
        }

        ReadOnlySpan<byte> json = header[SafeTensorsHeaderReader.LengthSize..];
        json = json[SafeTensorsHeaderReader.CountWhiteSpace(json)..];
        if (json.Length == 0 || json[0] != (byte)'{')
        {
            return false;
        }

        json = json[1..];
        json = json[SafeTensorsHeaderReader.CountWhiteSpace(json)..];
        return json.Length == 0 || json[0] is (byte)'"' or (byte)'}';
    }

    /// <inheritdoc/>
    public bool IsIndex(string fileName) => SafeTensorsShards.Scheme.IsIndex(fileName);

    /// <inheritdoc/>
    public ModelLocation Locate(string path, ReadLimits limits) => new ShardLocator(SafeTensorsShards.Scheme, limits).Locate(path);

    /// <inheritdoc/>
    public ModelLocation CheckFolder(ModelLocation location, ReadLimits limits) =>
        new ShardLocator(SafeTensorsShards.Scheme, limits).CheckFolder(location);

    /// <inheritdoc/>
    public ModelSource Open(ModelLocation location, ReadLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(limits);
        IReadOnlyList<ModelFile> files = ModelFiles.Open(location);
        try
        {
            Dictionary<string, SafeTensorsHeader> headers = new(StringComparer.Ordinal);
            foreach (ModelFile file in files.Take(location.WeightFiles.Count))
            {
                cancellation.ThrowIfCancellationRequested();
                headers.Add(file.Path, SafeTensorsHeaderReader.Read(file.Bytes, file.Path, limits));
            }

            List<string> warnings = [.. location.Warnings, .. headers.Values.SelectMany(header => header.Warnings)];
            Dictionary<string, IReadOnlyList<TensorInfo>> tensors =
                headers.ToDictionary(entry => entry.Key, entry => entry.Value.Tensors, StringComparer.Ordinal);
            bool isSharded = new ShardCheck(SafeTensorsShards.Scheme, limits).Check(location, tensors, warnings);
            Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal);
            foreach ((string key, MetadataValue value) in headers.Values.SelectMany(header => header.Metadata))
            {
                metadata.TryAdd(key, value);
            }

            ModelMetadata said = new()
            {
                Format = ModelFormat.SafeTensors,
                Variant = isSharded ? "sharded" : null,
                Architecture = ArchitectureOf(metadata) ?? ModelConfiguration.ReadArchitecture(location.Folder, limits, warnings),
                Metadata = metadata,
                Tensors = [.. headers.Values.SelectMany(header => header.Tensors)],
                Warnings = warnings,
            };
            return new ModelSource(location, said, files);
        }
        catch
        {
            ModelFiles.Close(files);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A tensor is not of the source, is given twice, or has the name of another one from another file.
    /// </exception>
    public ModelSource SelectTensors(ModelSource source, IReadOnlyList<TensorInfo> tensors, ReadLimits limits)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(tensors);
        HashSet<(string, string, long, long)> known = [.. source.Metadata.Tensors.Select(Place)];
        if (tensors.FirstOrDefault(tensor => !known.Contains(Place(tensor))) is { } stranger)
        {
            throw new ArgumentException($"The tensor {ErrorText.Quote(stranger.Name)} is not of this model.", nameof(tensors));
        }

        byte[] header = SafeTensorsWriter.WriteHeader(
            tensors.Select(tensor => (tensor.Name, tensor.Dtype, tensor.Shape)),
            source.Metadata.Metadata.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.ToString())));
        string fileName = FileNameOf(source.Location.Name);
        ModelLocation location = new()
        {
            Name = source.Location.Name,
            Format = ModelFormat.SafeTensors,
            Folder = source.Location.Folder,
            WeightFiles = [fileName],
        };
        ConcatenatedByteSource bytes = new(
            location.FullPath(fileName), [new MemoryByteSource(fileName, header), .. tensors.Select(source.OpenTensor)]);
        SafeTensorsHeader read = SafeTensorsHeaderReader.Read(bytes, fileName, limits);
        ModelMetadata said = new()
        {
            Format = ModelFormat.SafeTensors,
            Architecture = source.Metadata.Architecture,
            Metadata = read.Metadata,
            Tensors = read.Tensors,
            Warnings = read.Warnings,
        };
        return new ModelSource(location, said, [new ModelFile(fileName, bytes)]);
    }

    private static (string Name, string File, long Offset, long SizeBytes) Place(TensorInfo tensor) =>
        (tensor.Name, tensor.File, tensor.Offset, tensor.SizeBytes);

    private static string? ArchitectureOf(Dictionary<string, MetadataValue> metadata)
    {
        foreach (string key in ArchitectureKeys)
        {
            if (metadata.TryGetValue(key, out MetadataValue? value) && value.ToString() is { Length: > 0 } text)
            {
                return text;
            }
        }

        return null;
    }

    // A model's name is free text; what no file name may hold on some system becomes an underscore.
    private static string FileNameOf(string name) =>
        string.Concat(name.Select(c => char.IsControl(c) || "\\/:*?\"<>|".Contains(c, StringComparison.Ordinal) ? '_' : c))
        + FileExtension;
}
