using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>What a model's file says.</summary>
/// <param name="Variant">Version of the format and of the standard operators.</param>
/// <param name="Architecture">The architecture that the metadata or the graph name, or null.</param>
/// <param name="Metadata">The fields of the model and its <c>metadata_props</c>.</param>
/// <param name="Tensors">The tensors; of those with external data the file has not been looked at.</param>
/// <param name="Typed">The typed fields of tensors that do not lie in one run, by name.</param>
/// <param name="Locations">Files with external data, as paths in the model.</param>
/// <param name="Warnings">What is odd but allowed.</param>
internal sealed record OnnxHeader(
    string Variant,
    string? Architecture,
    IReadOnlyDictionary<string, MetadataValue> Metadata,
    IReadOnlyList<TensorInfo> Tensors,
    IReadOnlyDictionary<string, OnnxTypedData> Typed,
    IReadOnlyList<string> Locations,
    IReadOnlyList<string> Warnings);
