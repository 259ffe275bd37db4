namespace Hartonomous;

/// <summary>A tensor of one model beside its counterpart in another.</summary>
public sealed class HartTensorComparison
{
    /// <summary>The name in the first model, or in the second where the first has none.</summary>
    public required string Name { get; init; }

    /// <summary>The name in the second model; null where it has none.</summary>
    public string? OtherName { get; init; }

    /// <summary>How they relate.</summary>
    public required HartTensorStatus Status { get; init; }

    /// <summary>Frobenius norm of the difference over that of the first tensor; null where it is not defined.</summary>
    public double? RelativeError { get; init; }

    /// <summary>Cosine of the angle between both; null where it is not defined.</summary>
    public double? Cosine { get; init; }

    /// <summary>Largest absolute difference of two values.</summary>
    public double? MaxDifference { get; init; }

    /// <summary>Share of equal bytes, or of equal values where the encodings differ.</summary>
    public double? EqualShare { get; init; }

    /// <summary>How the first model stores it.</summary>
    public string? Dtype { get; init; }

    /// <summary>How the second model stores it.</summary>
    public string? OtherDtype { get; init; }

    /// <summary>Dimensions in the first model.</summary>
    public long[]? Shape { get; init; }

    /// <summary>Dimensions in the second model.</summary>
    public long[]? OtherShape { get; init; }

    /// <summary>Values that were compared.</summary>
    public required long ComparedValues { get; init; }

    /// <summary>Pairs that differ and of which one is NaN or infinite; the figures leave them out.</summary>
    public required long NonFinite { get; init; }

    /// <summary>What else is to be known of the comparison.</summary>
    public string? Note { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Status}";
}
