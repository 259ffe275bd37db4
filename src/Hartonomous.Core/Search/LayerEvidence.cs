using Hartonomous.Core.Models;

namespace Hartonomous.Core.Search;

/// <summary>What one tensor says about two models.</summary>
/// <param name="Tensor">The tensor of the model that is asked about.</param>
/// <param name="Other">Its counterpart; null where there is none.</param>
/// <param name="Kinship">How they relate.</param>
/// <param name="Similarity">Cosine of the sketches; null where nothing was compared.</param>
/// <param name="RelativeError">
/// Norm of the difference over that of the model's own tensor, as norms and sketches tell it; null where nothing was compared or it is zero.
/// </param>
/// <param name="IsConstant">Whether all values of the tensor are one number, as those of fresh biases are: equality then says little.</param>
public sealed record LayerEvidence(
    TensorInfo Tensor, TensorInfo? Other, Kinship Kinship, double? Similarity, double? RelativeError, bool IsConstant);
