using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>ONNX: a protobuf model, alone or with external data in files beside it.</summary>
public sealed class OnnxFormat : IModelFormat
{
    private const string ExportFolder = "onnx";

    /// <inheritdoc/>
    public ModelFormat Format => ModelFormat.Onnx;

    /// <inheritdoc/>
    public IReadOnlyList<string> Extensions { get; } = [".onnx"];

    /// <summary>Reads a model whose files are already open.</summary>
    /// <param name="location">Where the model lies.</param>
    /// <param name="files">
    /// The model's file, then those with external data, under their paths, then any others. Owned by the result, open after an error.
    /// </param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ModelFormatException">
    /// A file is not as the format says; the codes are in <see cref="OnnxErrorCodes"/> and <see cref="Protobuf.ProtobufErrorCodes"/>.
    /// </exception>
    public static ModelSource Open(
        ModelLocation location, IReadOnlyList<ModelFile> files, ReadLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(limits);
        OnnxHeader header = OnnxHeaderReader.Read(files[0].Bytes, files[0].Path, limits, cancellation);
        return Build(location, header, files, [.. location.Warnings, .. header.Warnings], limits);
    }

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> header, long fileLength) => OnnxDetector.Matches(header, fileLength);

    /// <inheritdoc/>
    public bool Resembles(ReadOnlySpan<byte> header) => OnnxDetector.Matches(header, null);

    /// <inheritdoc/>
    public ModelLocation Locate(string path, ReadLimits limits)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(limits);
        string folder = Path.GetDirectoryName(path)!;
        string fileName = Path.GetFileName(path);
        string stem = Path.GetFileNameWithoutExtension(fileName);

        // Exports of Hugging Face models lie in a folder of this name in the model's own.
        bool isExport = Path.GetFileName(folder) == ExportFolder && Path.GetDirectoryName(folder) is not null;
        return new ModelLocation
        {
            Name = ModelNaming.DefaultName(isExport ? Path.GetDirectoryName(folder)! : folder, stem),
            Format = ModelFormat.Onnx,
            Folder = folder,
            WeightFiles = [fileName, .. FindExternal(path, fileName, limits)],
        };
    }

    /// <inheritdoc/>
    public ModelSource Open(ModelLocation location, ReadLimits limits, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(location);
        ArgumentNullException.ThrowIfNull(limits);
        string modelFile = location.WeightFiles[0];
        List<ModelFile> files = [.. ModelFiles.Open(location with { WeightFiles = [modelFile], OtherFiles = [], IsFolder = false })];
        try
        {
            OnnxHeader header = OnnxHeaderReader.Read(files[0].Bytes, modelFile, limits, cancellation);
            List<string> warnings = [.. location.Warnings, .. header.Warnings];
            OnnxExternalFiles.Open(location, files[0].Bytes.Name, header.Locations, limits, files, warnings);
            string[] others = [.. location.OtherFiles.Where(file => file != modelFile && !header.Locations.Contains(file))];
            files.AddRange(ModelFiles.Open(location with { WeightFiles = [], OtherFiles = others, IsFolder = true }));
            ModelLocation found = location with { WeightFiles = [modelFile, .. header.Locations], OtherFiles = others };
            return Build(found, header, files, warnings, limits);
        }
        catch
        {
            ModelFiles.Close(files);
            throw;
        }
    }

    /// <summary>A SafeTensors model of some tensors: an ONNX file would need a graph, which a choice of tensors does not have.</summary>
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// A tensor is not one of the source's, is there twice, or is of a kind that SafeTensors does not have (C128, I4, U4, I2, U2).
    /// </exception>
    public ModelSource SelectTensors(ModelSource source, IReadOnlyList<TensorInfo> tensors, ReadLimits limits) =>
        new SafeTensorsFormat().SelectTensors(source, tensors, limits);

    private static OnnxModelSource Build(
        ModelLocation location, OnnxHeader header, IReadOnlyList<ModelFile> files, List<string> warnings, ReadLimits limits)
    {
        OnnxExternalFiles.CheckRanges(header.Tensors, files);
        ModelMetadata metadata = new()
        {
            Format = ModelFormat.Onnx,
            Variant = header.Variant,
            Architecture = ModelConfiguration.ReadArchitecture(location.Folder, limits, warnings) ?? header.Architecture,
            Metadata = header.Metadata,
            Tensors = header.Tensors,
            Warnings = warnings,
        };
        return new OnnxModelSource(location, metadata, files, header.Typed);
    }

    // What is wrong with the model is said when it is opened.
    private static IReadOnlyList<string> FindExternal(string path, string fileName, ReadLimits limits)
    {
        try
        {
            using FileByteSource file = FileByteSource.Open(path);
            return OnnxHeaderReader.ReadLocations(file, fileName, limits);
        }
        catch (ModelFormatException)
        {
            return [];
        }
    }
}
