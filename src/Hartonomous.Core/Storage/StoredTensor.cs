using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A tensor of a stored model.</summary>
public sealed record StoredTensor
{
    /// <summary>Key of the tensor in its store.</summary>
    public required long TensorAtomId { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// When its content was last brought in, read as values or given back, by anybody, to about an hour. Looking after the store (verifying,
    /// measuring, scoring, searching, compressing) does not count.
    /// </summary>
    public DateTime LastAccessedAtUtc { get; init; }

    /// <summary>SHA-256 of what the tensor held before it was pruned, when zeros took its place; null for any other.</summary>
    public ContentHash? PrunedFrom { get; init; }

    /// <summary>The tensor as its file describes it, with its hash.</summary>
    public required TensorInfo Info { get; init; }
}
