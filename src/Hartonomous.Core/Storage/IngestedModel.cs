using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>Everything a store records of a model when its import is complete.</summary>
/// <param name="Name">Name of the model.</param>
/// <param name="Metadata">What its files say. Every tensor carries its hash.</param>
/// <param name="MetadataJson">The metadata as JSON.</param>
/// <param name="IsFolder">Whether it is given back as a folder.</param>
/// <param name="SourcePath">Where it came from.</param>
/// <param name="Files">Its files, in order.</param>
/// <param name="Replaces">The model to remove in the same transaction, if any.</param>
public sealed record IngestedModel(
    string Name, ModelMetadata Metadata, string MetadataJson, bool IsFolder, string SourcePath, IReadOnlyList<IngestedFile> Files, long? Replaces)
{
    /// <summary>The tensors that were pruned, by now or before.</summary>
    public IReadOnlyList<PrunedTensor> Pruned { get; init; } = [];
}
