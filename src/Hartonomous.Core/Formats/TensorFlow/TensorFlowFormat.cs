using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>TensorFlow: SavedModel folders, checkpoints of version 2 (TensorBundle), frozen graphs (GraphDef).</summary>
public sealed class TensorFlowFormat : IModelFormat
{
    private const string KerasMetadataFile = "keras_metadata.pb";

    /// <inheritdoc/>
    public ModelFormat Format => ModelFormat.TensorFlow;

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".pb"];

    /// <summary>Reads files that are already open.</summary>
    /// <param name="location">Where the model lies.</param>
    /// <param name="files">The files with weights in their order, then any others. Owned by the result, open after an error.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ModelFormatException">
    /// A file is not as the format says; the codes are in <see cref="TensorFlowErrorCodes"/>, <see cref="SnappyErrorCodes"/> and
    /// <see cref="ProtobufErrorCodes"/>.
    /// </exception>
    public static ModelSource Open(
        ModelLocation location, IReadOnlyList<ModelFile> files, ReadLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(limits);
        ModelContents contents = new(limits);
        ModelFile first = files[0];
        ModelFile? index = files.Take(location.WeightFiles.Count).FirstOrDefault(
            file => file.Path.EndsWith(BundleNames.IndexExtension, StringComparison.Ordinal));
        string variant;
        if (first == index)
        {
            variant = "TensorBundle checkpoint";
        }
        else if (location.IsFolder || IsSavedModel(first.Bytes))
        {
            variant = "SavedModel";
            new SavedModelReader(first, contents, cancellation).Read();
        }
        else
        {
            variant = "GraphDef";
            ReadGraph(first, contents, cancellation);
        }

        if (index is not null)
        {
            ReadBundle(index, files, contents, cancellation);
        }

        List<string> warnings = [.. location.Warnings, .. contents.Warnings()];
        if (location.IsFolder)
        {
            contents.Architecture = ReadKerasMetadata(files, limits, warnings) ?? contents.Architecture
                ?? ModelConfiguration.ReadArchitecture(location.Folder, limits, warnings);
        }

        ModelMetadata said = new()
        {
            Format = ModelFormat.TensorFlow,
            Variant = variant,
            Architecture = contents.Architecture,
            Metadata = contents.Metadata,
            Tensors = contents.Tensors,
            Warnings = warnings,
        };
        return new TensorFlowSource(location, said, files, contents.Contents);
    }

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> header, long fileLength) =>
        TensorFlowDetection.IsSavedModel(header, fileLength) || TensorFlowDetection.IsGraph(header, fileLength);

    /// <inheritdoc/>
    public bool Matches(ByteSource file, ReadOnlySpan<byte> header)
    {
        ArgumentNullException.ThrowIfNull(file);
        Span<byte> trailer = stackalloc byte[(int)Math.Min(SortedTable.Magic.Length, file.Length)];
        file.ReadExactly(file.Length - trailer.Length, trailer);
        return Matches(header, file.Length) || TensorFlowDetection.IsCheckpoint(header, trailer);
    }

    /// <inheritdoc/>
    public bool HasUsualName(string fileName) =>
        Path.GetExtension(fileName).Equals(Extensions[0], StringComparison.OrdinalIgnoreCase) ||
        (BundleNames.PrefixOfIndex(fileName) ?? BundleNames.PrefixOfData(fileName)) is not null;

    /// <inheritdoc/>
    public bool IsShard(string path)
    {
        string fileName = Path.GetFileName(path);
        return File.Exists(path) && (BundleNames.PrefixOfData(fileName) is not null ||
            (BundleNames.PrefixOfIndex(fileName) is { } prefix &&
                BundleNames.HasData(Path.GetDirectoryName(Path.GetFullPath(path))!, prefix)));
    }

    /// <inheritdoc/>
    public bool IsFolderMarker(string fileName) => fileName == TensorFlowLocator.SavedModelFile;

    /// <inheritdoc/>
    public ModelLocation Locate(string path, ReadLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(limits);
        return TensorFlowLocator.Locate(path, limits);
    }

    /// <inheritdoc/>
    public ModelLocation CheckFolder(ModelLocation location, ReadLimits limits)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(limits);
        return TensorFlowLocator.CheckFolder(location, limits);
    }

    /// <inheritdoc/>
    public ModelSource Open(ModelLocation location, ReadLimits limits, CancellationToken cancellation) =>
        ModelFiles.OpenModel(location, files => Open(location, files, limits, cancellation));

    /// <inheritdoc/>
    /// <remarks>The result is a SafeTensors file: a graph cannot be cut without changing what it computes.</remarks>
    /// <exception cref="ArgumentException">
    /// A tensor is not of the source, is given twice, or has a dtype that SafeTensors has not (C128).
    /// </exception>
    public ModelSource SelectTensors(ModelSource source, IReadOnlyList<TensorInfo> tensors, ReadLimits limits) =>
        new SafeTensorsFormat().SelectTensors(source, tensors, limits);

    private static bool IsSavedModel(ByteSource bytes)
    {
        byte[] header = new byte[(int)Math.Min(FormatRegistry.HeaderSize, bytes.Length)];
        bytes.ReadExactly(0, header);
        return TensorFlowDetection.IsSavedModel(header, bytes.Length);
    }

    private static void ReadGraph(ModelFile file, ModelContents contents, CancellationToken cancellation)
    {
        ProtobufReader reader = new(file.Bytes, null, contents.Limits.ProtobufDepth);
        GraphReader graph = new(reader, file.Path, contents, cancellation);
        graph.Read(string.Empty);
        if (graph.NodeCount == 0)
        {
            throw reader.Error(TensorFlowErrorCodes.GraphEmpty, 0, "the file holds no graph: neither a node nor a function");
        }

        contents.Metadata["graph.nodes"] = MetadataValue.Of("INT64", graph.NodeCount);
        if (graph.Producer is { } producer)
        {
            contents.Metadata["graph.producer"] = MetadataValue.Of("INT64", (long)producer);
        }
    }

    private static void ReadBundle(
        ModelFile indexFile, IReadOnlyList<ModelFile> files, ModelContents contents, CancellationToken cancellation)
    {
        BundleIndex index = new BundleIndexReader(indexFile.Bytes, contents.Limits, contents.Budget).Read(cancellation);
        Dictionary<string, ModelFile> byPath = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        List<ModelFile> shards = [];
        foreach (string path in TensorFlowLocator.DataFiles(indexFile.Path, index.ShardCount))
        {
            shards.Add(byPath.GetValueOrDefault(path) ?? throw new ModelFormatException(
                TensorFlowErrorCodes.ShardMissing, indexFile.Bytes.Name, null,
                $"the index names {index.ShardCount} shards; {path} is not there"));
        }

        contents.Metadata["checkpoint.shards"] = MetadataValue.Of("INT64", (long)index.ShardCount);
        contents.Metadata["checkpoint.byte_order"] = MetadataValue.Of(index.Order == ByteOrder.Little ? "LITTLE" : "BIG");
        contents.Metadata["checkpoint.producer"] = MetadataValue.Of("INT64", (long)index.Producer);
        new BundleTensors(indexFile.Bytes.Name, index, shards, contents).Add();
    }

    // What Keras notes beside a model is not needed for its weights; a damaged note is a warning.
    private static string? ReadKerasMetadata(IReadOnlyList<ModelFile> files, ReadLimits limits, List<string> warnings)
    {
        try
        {
            return files.FirstOrDefault(file => file.Path == KerasMetadataFile) is { } file
                ? KerasArchitecture.FromMetadata(file, limits)
                : null;
        }
        catch (ModelFormatException error)
        {
            warnings.Add($"{KerasMetadataFile} is damaged; the architecture is not known from it: {error.Problem}");
            return null;
        }
    }
}
