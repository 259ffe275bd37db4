namespace Hartonomous;

/// <summary>A tensor of a stored model.</summary>
public sealed class HartTensor
{
    /// <summary>Key of the tensor in its store.</summary>
    public required long TensorAtomId { get; init; }

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The tenant that owns the model.</summary>
    public required string Tenant { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Name { get; init; }

    /// <summary>Dimensions, row-major, outermost first; empty for a scalar.</summary>
    public required long[] Shape { get; init; }

    /// <summary>How the values are stored.</summary>
    public required string Dtype { get; init; }

    /// <summary>The block quantization, or <c>None</c>.</summary>
    public required string Quantization { get; init; }

    /// <summary>The kind of layer the tensor belongs to.</summary>
    public required HartLayerType LayerType { get; init; }

    /// <summary>Number of the layer, where there is one.</summary>
    public int? LayerIndex { get; init; }

    /// <summary>Number of values.</summary>
    public required long ElementCount { get; init; }

    /// <summary>Length of the content in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the content, 64 hexadecimal digits.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Path of the file that held it, relative to the model's folder.</summary>
    public required string File { get; init; }

    /// <summary>Where its bytes began in that file.</summary>
    public required long Offset { get; init; }

    /// <summary>
    /// When its content was last brought in, read as values or given back, by anybody, to about an hour. Verifying, measuring, scoring and
    /// searching do not count.
    /// </summary>
    public DateTime LastAccessedAt { get; init; }

    /// <summary>SHA-256 of what it held before it was pruned, when zeros took its place; null for any other.</summary>
    public string? PrunedFrom { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
