namespace Hartonomous;

/// <summary>A sparse model that was made of a stored one.</summary>
public sealed class HartSparseModel
{
    /// <summary>The new model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Its key.</summary>
    public required long ModelId { get; init; }

    /// <summary>The model it was made of, which stays.</summary>
    public required string Source { get; init; }

    /// <summary>Where zeros may stand.</summary>
    public required string Pattern { get; init; }

    /// <summary>How the weights were scored.</summary>
    public required HartScoreMethod Score { get; init; }

    /// <summary>Tensors that were masked.</summary>
    public required string[] Tensors { get; init; }

    /// <summary>Values in them.</summary>
    public required long ValueCount { get; init; }

    /// <summary>How many of the values are zero.</summary>
    public required long ZeroCount { get; init; }

    /// <summary>Share of the zeros, 0 to 1.</summary>
    public required double Sparsity { get; init; }

    /// <summary>Length of the model's files.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Bytes that were not stored before.</summary>
    public required long NewBytes { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Model;
}
