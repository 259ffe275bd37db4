using System.Collections.Frozen;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Formats.Shards;
using Hartonomous.Core.Formats.Zip;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.PyTorch;

/// <summary>
/// PyTorch: the ZIP archives of <c>torch.save</c> and <c>torch.jit.save</c>, the legacy pickles, the tar archives of 0.1.1; single files,
/// shards with or without an index, Hugging Face folders. Nothing in a file is imported or run.
/// </summary>
public sealed class PyTorchFormat : IModelFormat
{
    // What training leaves beside the weights of a Hugging Face folder: pickles of arguments, of the optimizer's and random numbers' state.
    private static readonly FrozenSet<string> TrainingFiles = FrozenSet.ToFrozenSet(
        ["training_args.bin", "optimizer.pt", "optimizer.bin", "scheduler.pt", "scheduler.bin", "scaler.pt", "rng_state.pth"],
        StringComparer.Ordinal);

    /// <inheritdoc/>
    public ModelFormat Format => ModelFormat.PyTorch;

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".pt", ".pth", ".jit"];

    /// <inheritdoc/>
    public IReadOnlyList<string> SharedExtensions { get; } = [".bin", ".ckpt", ".pkl", ".tar"];

    /// <inheritdoc/>
    public bool HasCompanionFiles => true;

    /// <summary>Reads files that are already open.</summary>
    /// <param name="location">Where the model lies.</param>
    /// <param name="files">The files with weights in their order, then any others. Owned by the result, open after an error.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ModelFormatException">
    /// A file is not as the format says; the codes are in <see cref="PyTorchErrorCodes"/>, <see cref="PickleErrorCodes"/> and
    /// <see cref="ZipErrorCodes"/>.
    /// </exception>
    public static ModelSource Open(
        ModelLocation location, IReadOnlyList<ModelFile> files, ReadLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(limits);
        Dictionary<string, PyTorchContents> contents = new(StringComparer.Ordinal);
        foreach (ModelFile file in files.Take(location.WeightFiles.Count))
        {
            cancellation.ThrowIfCancellationRequested();
            contents.Add(file.Path, Read(file, limits, cancellation));
        }

        List<string> warnings = [.. location.Warnings, .. contents.Values.SelectMany(content => content.Warnings)];
        Dictionary<string, IReadOnlyList<TensorInfo>> tensors = contents.ToDictionary(
            entry => entry.Key, entry =>
                (IReadOnlyList<TensorInfo>)[.. entry.Value.Tensors.Select(tensor => tensor.Info)], StringComparer.Ordinal);
        new ShardCheck(PyTorchShards.Scheme, limits).Check(location, tensors, warnings);
        Dictionary<string, MetadataValue> metadata = new(StringComparer.Ordinal);
        foreach ((string key, MetadataValue value) in contents.Values.SelectMany(content => content.Metadata))
        {
            metadata.TryAdd(key, value);
        }

        ModelMetadata said = new()
        {
            Format = ModelFormat.PyTorch,
            Variant = string.Join(", ", contents.Values.Select(content => content.Variant).Distinct()),
            Architecture = ModelConfiguration.ReadArchitecture(location.Folder, limits, warnings),
            Metadata = metadata,
            Tensors = [.. tensors.Values.SelectMany(list => list)],
            Warnings = warnings,
        };
        return new PyTorchSource(location, said, files, contents.Values.SelectMany(content => content.Tensors));
    }

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> header, long fileLength) => header.StartsWith(PyTorchLegacyReader.Signature);

    /// <inheritdoc/>
    public bool Matches(ByteSource file, ReadOnlySpan<byte> header)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Matches(header, file.Length) ||
            (IsZip(header) && ZipDirectory.ReadNames(file, ReadLimits.Default) is { } names && PyTorchZipReader.Matches(names)) ||
            PyTorchTarReader.Matches(file, header);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Any pickle goes to this reader, which names what is in it; so does an archive without its end that begins as one of PyTorch does.
    /// </remarks>
    public bool Resembles(ReadOnlySpan<byte> header)
    {
        if (IsZip(header))
        {
            // The name of the first entry.
            int length = header.Length < 30 ? 0 : Math.Min(header[26] | (header[27] << 8), header.Length - 30);
            ReadOnlySpan<byte> name = length == 0 ? default : header.Slice(30, length);
            return name.EndsWith("/data.pkl"u8) || name.IndexOf("/data/"u8) > 0;
        }

        // PROTO 2 to 5, then another opcode; no opcode is 0, but a little-endian length often goes on with zeros.
        return header.Length >= 3 && header[0] == 0x80 && header[1] is >= 2 and <= 5 && header[2] != 0;
    }

    /// <inheritdoc/>
    public bool IsIndex(string fileName) => PyTorchShards.Scheme.IsIndex(fileName);

    /// <inheritdoc/>
    public ModelLocation Locate(string path, ReadLimits limits) => new ShardLocator(PyTorchShards.Scheme, limits).Locate(path);

    /// <inheritdoc/>
    public ModelLocation CheckFolder(ModelLocation location, ReadLimits limits)
    {
        ArgumentNullException.ThrowIfNull(location);
        string[] weights = [.. location.WeightFiles.Where(file => !IsTrainingFile(file))];
        if (weights.Length > 0 && weights.Length < location.WeightFiles.Count)
        {
            location = location with
            {
                WeightFiles = weights,
                OtherFiles = [.. location.OtherFiles.Concat(location.WeightFiles.Where(IsTrainingFile)).Order(StringComparer.Ordinal)],
            };
        }

        return new ShardLocator(PyTorchShards.Scheme, limits).CheckFolder(location);
    }

    /// <inheritdoc/>
    public ModelSource Open(ModelLocation location, ReadLimits limits, CancellationToken cancellation) =>
        ModelFiles.OpenModel(location, files => Open(location, files, limits, cancellation));

    /// <inheritdoc/>
    /// <remarks>The selection is a SafeTensors model: no pickle is ever written.</remarks>
    /// <exception cref="ArgumentException">
    /// A tensor is not of the source, is given twice, or is of a dtype that SafeTensors does not have (C128).
    /// </exception>
    public ModelSource SelectTensors(ModelSource source, IReadOnlyList<TensorInfo> tensors, ReadLimits limits) =>
        new SafeTensorsFormat().SelectTensors(source, tensors, limits);

    private static PyTorchContents Read(ModelFile file, ReadLimits limits, CancellationToken cancellation)
    {
        byte[] header = new byte[(int)Math.Min(file.SizeBytes, FormatRegistry.HeaderSize)];
        file.Bytes.ReadExactly(0, header);
        return IsZip(header) ? PyTorchZipReader.Read(file, limits, cancellation)
            : TarDirectory.Matches(header) ? PyTorchTarReader.Read(file, limits, cancellation)
            : PyTorchLegacyReader.Read(file, limits, cancellation);
    }

    private static bool IsZip(ReadOnlySpan<byte> header) => header.StartsWith("PK\x03\x04"u8) || header.StartsWith("PK\x05\x06"u8);

    private static bool IsTrainingFile(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        return TrainingFiles.Contains(name) ||
            (name.StartsWith("rng_state_", StringComparison.Ordinal) && name.EndsWith(".pth", StringComparison.Ordinal));
    }
}
