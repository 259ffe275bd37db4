namespace Hartonomous;

/// <summary>The scores of a tensor's weights, put together.</summary>
public sealed class HartTensorScore
{
    /// <summary>The model: its path, or its name in the store.</summary>
    public required string Model { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>How the weights were scored.</summary>
    public required HartScoreMethod Score { get; init; }

    /// <summary>Mean of the scores, which policies look at; 0 where none is finite.</summary>
    public required double Mean { get; init; }

    /// <summary>Their sum.</summary>
    public required double Sum { get; init; }

    /// <summary>The least; null where none is finite.</summary>
    public double? Min { get; init; }

    /// <summary>The greatest; null where none is finite.</summary>
    public double? Max { get; init; }

    /// <summary>Number of weights.</summary>
    public required long Count { get; init; }

    /// <summary>How many have no finite score.</summary>
    public required long InvalidCount { get; init; }

    /// <summary>Means of the rows, runs along the innermost dimension; null where there are over 1,048,576.</summary>
    public double[]? RowMeans { get; init; }

    /// <summary>Means of the blocks of 1 MiB.</summary>
    public required double[] BlockMeans { get; init; }

    /// <summary>SHA-256 of the content that was scored; null for a tensor of a file.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What the score was made from, as JSON: each file with its path, length and SHA-256.</summary>
    public required string Inputs { get; init; }

    /// <summary>When the score was made.</summary>
    public required DateTime ScoredAt { get; init; }

    /// <summary>The store that keeps the score; null where none does.</summary>
    public string? Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
