namespace Hartonomous;

/// <summary>What the removal of a model did.</summary>
public sealed class HartRemovedModel
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Tensors the model had.</summary>
    public required long TensorCount { get; init; }

    /// <summary>Contents that nothing refers to any more.</summary>
    public required long ReleasedAtoms { get; init; }

    /// <summary>Their bytes, which an optimization of the store gives back.</summary>
    public required long ReleasedBytes { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Model;
}
