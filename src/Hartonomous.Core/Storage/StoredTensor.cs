using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A tensor of a stored model.</summary>
public sealed record StoredTensor
{
    /// <summary>Key of the tensor in its store.</summary>
    public required long TensorAtomId { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The tensor as its file describes it, with its hash.</summary>
    public required TensorInfo Info { get; init; }
}
