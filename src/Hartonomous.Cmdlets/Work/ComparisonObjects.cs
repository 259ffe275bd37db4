using Hartonomous.Core.Comparison;

namespace Hartonomous.Commands;

/// <summary>Makes the objects that <c>Compare-HartModel</c> writes.</summary>
internal static class ComparisonObjects
{
    public static HartModelComparison Make(ModelComparison comparison) => new()
    {
        Reference = comparison.First.Name,
        Difference = comparison.Second.Name,
        Verdict = Enum.Parse<HartModelVerdict>(comparison.Verdict.ToString()),
        Summary = comparison.Summary,
        Identical = comparison.Count(TensorStatus.Identical),
        Renamed = comparison.Count(TensorStatus.Renamed),
        DtypeChanged = comparison.Count(TensorStatus.DtypeChanged),
        ValueChanged = comparison.Count(TensorStatus.ValueChanged),
        Reshaped = comparison.Count(TensorStatus.Reshaped),
        Added = comparison.Count(TensorStatus.Added),
        Removed = comparison.Count(TensorStatus.Removed),
        Tensors = [.. comparison.Tensors.Select(Make)],
        Duration = TimeSpan.FromSeconds(comparison.Seconds),
    };

    private static HartTensorComparison Make(ComparedTensor tensor) => new()
    {
        Name = tensor.Name,
        OtherName = tensor.Second?.Name,
        Status = Enum.Parse<HartTensorStatus>(tensor.Status.ToString()),
        RelativeError = tensor.RelativeError,
        Cosine = tensor.Cosine,
        MaxDifference = tensor.MaxDifference,
        EqualShare = tensor.EqualShare,
        Dtype = tensor.First?.Dtype.ToString(),
        OtherDtype = tensor.Second?.Dtype.ToString(),
        Shape = tensor.First is null ? null : [.. tensor.First.Shape.Dimensions],
        OtherShape = tensor.Second is null ? null : [.. tensor.Second.Shape.Dimensions],
        ComparedValues = tensor.ComparedValues,
        NonFinite = tensor.NonFinite,
        Note = tensor.Note,
    };
}
