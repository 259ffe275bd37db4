namespace Hartonomous.Core.Comparison;

/// <summary>What a comparison of two models found.</summary>
/// <param name="First">The first model.</param>
/// <param name="Second">The second model.</param>
/// <param name="Verdict">How the second relates to the first.</param>
/// <param name="Summary">The verdict and its reasons, in a sentence for a person.</param>
/// <param name="Tensors">The tensors, those of the first model in its order, then the ones that only the second has.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record ModelComparison(
    ComparedModel First,
    ComparedModel Second,
    ModelVerdict Verdict,
    string Summary,
    IReadOnlyList<ComparedTensor> Tensors,
    double Seconds)
{
    /// <summary>Number of tensors of a status.</summary>
    public int Count(TensorStatus status) => Tensors.Count(tensor => tensor.Status == status);
}
