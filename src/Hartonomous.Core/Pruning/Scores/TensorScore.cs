namespace Hartonomous.Core.Pruning.Scores;

/// <summary>
/// The scores of a tensor's weights, put together. Sums are compensated and run in a fixed order: the same data give the same bits on every
/// machine. Scores that are NaN or infinite are counted and left out of everything else.
/// </summary>
public sealed record TensorScore
{
    /// <summary>How the scores were made.</summary>
    public required ScoreMethod Method { get; init; }

    /// <summary>Number of weights.</summary>
    public required long Count { get; init; }

    /// <summary>How many of them have no finite score.</summary>
    public required long InvalidCount { get; init; }

    /// <summary>Sum of the scores.</summary>
    public required double Sum { get; init; }

    /// <summary>Mean of the scores; 0 where none is finite.</summary>
    public required double Mean { get; init; }

    /// <summary>The least score; null where none is finite.</summary>
    public required double? Min { get; init; }

    /// <summary>The greatest score; null where none is finite.</summary>
    public required double? Max { get; init; }

    /// <summary>
    /// The rows: runs of values along the innermost dimension. Null where there are more than <see cref="TensorScorer.MaxParts"/> of them.
    /// </summary>
    public required IReadOnlyList<PartScore>? Rows { get; init; }

    /// <summary>The blocks of 1 MiB that an import cuts the tensor into where nothing else is asked for.</summary>
    public required IReadOnlyList<PartScore> Blocks { get; init; }
}
