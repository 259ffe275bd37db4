namespace Hartonomous;

/// <summary>How a stored model relates to another one.</summary>
public sealed class HartLineage
{
    /// <summary>The model that was asked about.</summary>
    public required string Model { get; init; }

    /// <summary>The other model; null where the model has no relative.</summary>
    public string? Relative { get; init; }

    /// <summary>Whose the other model is.</summary>
    public string? RelativeTenant { get; init; }

    /// <summary><c>Same</c>, <c>Quantization</c>, <c>FineTune</c>, <c>Merge</c>, <c>Part</c> or <c>Unrelated</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>For a quantization, whether the model that was asked about is the coarser one.</summary>
    public bool? IsDerived { get; init; }

    /// <summary>Share of the larger model's values in identical tensors.</summary>
    public required double Identical { get; init; }

    /// <summary>Share in tensors that are equal but for rounding.</summary>
    public required double Rounded { get; init; }

    /// <summary>Share in tensors that are near.</summary>
    public required double Near { get; init; }

    /// <summary>Share in tensors that are not.</summary>
    public required double Far { get; init; }

    /// <summary>Share without a counterpart.</summary>
    public required double Missing { get; init; }

    /// <summary>For a merge, the mean weight of the other model in it.</summary>
    public double? MergeWeight { get; init; }

    /// <summary>The evidence, tensor by tensor.</summary>
    public required HartLayerEvidence[] Layers { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Model}: {Verdict} {Relative}";
}
