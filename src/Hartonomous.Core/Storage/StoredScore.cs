using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A score of a tensor as a store keeps it.</summary>
public sealed record StoredScore
{
    /// <summary>Key of the tensor.</summary>
    public required long TensorAtomId { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Tensor { get; init; }

    /// <summary>SHA-256 of the content that was scored.</summary>
    public required ContentHash Sha256 { get; init; }

    /// <summary>The method's name.</summary>
    public required string Method { get; init; }

    /// <summary>Mean of the scores of the tensor's values.</summary>
    public required double Mean { get; init; }

    /// <summary>Their sum.</summary>
    public required double Total { get; init; }

    /// <summary>The least; null where none is finite.</summary>
    public required double? Least { get; init; }

    /// <summary>The greatest; null where none is finite.</summary>
    public required double? Greatest { get; init; }

    /// <summary>Number of values.</summary>
    public required long ValueCount { get; init; }

    /// <summary>How many have no finite score.</summary>
    public required long InvalidCount { get; init; }

    /// <summary>Means of the rows; null where there are too many.</summary>
    public required IReadOnlyList<double>? RowMeans { get; init; }

    /// <summary>Means of the blocks.</summary>
    public required IReadOnlyList<double> BlockMeans { get; init; }

    /// <summary>What the score was made from, as JSON: each file with its path, length and SHA-256.</summary>
    public required string Inputs { get; init; }

    /// <summary>Version of the program that made it.</summary>
    public required string ProductVersion { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTime ScoredAtUtc { get; init; }
}
