namespace Hartonomous;

/// <summary>The tensors of a stored model whose names begin alike, as a folder of the drive: those of a layer.</summary>
public sealed class HartTensorGroup
{
    /// <summary>Name of the group in the one above it: <c>blk.0</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The tenant that owns the model.</summary>
    public required string Tenant { get; init; }

    /// <summary>What the names of its tensors begin with: <c>blk.0.</c></summary>
    public required string Prefix { get; init; }

    /// <summary>Number of tensors, those of groups in it as well.</summary>
    public required long TensorCount { get; init; }

    /// <summary>Number of values in them.</summary>
    public required long ElementCount { get; init; }

    /// <summary>Length of their contents in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
