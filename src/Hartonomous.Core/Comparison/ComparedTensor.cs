using Hartonomous.Core.Models;

namespace Hartonomous.Core.Comparison;

/// <summary>A tensor of one model beside its counterpart in another.</summary>
public sealed record ComparedTensor
{
    /// <summary>The tensor of the first model; null where it has none.</summary>
    public required TensorInfo? First { get; init; }

    /// <summary>The tensor of the second model; null where it has none.</summary>
    public required TensorInfo? Second { get; init; }

    /// <summary>How they relate.</summary>
    public required TensorStatus Status { get; init; }

    /// <summary>
    /// Frobenius norm of the difference over that of the first tensor; null where nothing was compared, and where the first tensor is zero
    /// and the second is not.
    /// </summary>
    public double? RelativeError { get; init; }

    /// <summary>Cosine of the angle between both, -1 to 1; null where nothing was compared or one of them is zero.</summary>
    public double? Cosine { get; init; }

    /// <summary>Largest absolute difference of two values; null where nothing was compared.</summary>
    public double? MaxDifference { get; init; }

    /// <summary>
    /// Share of equal bytes where both have the same encoding and the compared part lies in one run in both, of equal values otherwise; null
    /// where nothing was compared.
    /// </summary>
    public double? EqualShare { get; init; }

    /// <summary>Values that were compared: all, or those of the common part.</summary>
    public long ComparedValues { get; init; }

    /// <summary>Pairs of which one is NaN or infinite and which differ; the figures above leave out every pair with such a value.</summary>
    public long NonFinite { get; init; }

    /// <summary>What else is to be known of the comparison, a sentence for a person; null where there is nothing.</summary>
    public string? Note { get; init; }

    /// <summary>The name in the first model, or in the second where the first has none.</summary>
    public string Name => First?.Name ?? Second!.Name;
}
