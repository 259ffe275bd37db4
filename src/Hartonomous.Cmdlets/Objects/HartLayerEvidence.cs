namespace Hartonomous;

/// <summary>What one tensor says about two models.</summary>
public sealed class HartLayerEvidence
{
    /// <summary>The tensor of the model that was asked about.</summary>
    public required string Name { get; init; }

    /// <summary>Its counterpart; null where there is none.</summary>
    public string? OtherName { get; init; }

    /// <summary>The kind of layer.</summary>
    public required HartLayerType LayerType { get; init; }

    /// <summary>Number of the layer, where there is one.</summary>
    public int? LayerIndex { get; init; }

    /// <summary><c>Identical</c>, <c>Rounded</c>, <c>Near</c>, <c>Far</c> or <c>Missing</c>.</summary>
    public required string Kinship { get; init; }

    /// <summary>Cosine of the sketches.</summary>
    public double? Similarity { get; init; }

    /// <summary>Norm of the difference over that of the tensor.</summary>
    public double? RelativeError { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Kinship}";
}
