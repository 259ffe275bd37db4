using Hartonomous.Core.Models;

namespace Hartonomous.Core.Pruning.Sparsity;

/// <summary>How a sparse model is made.</summary>
public sealed record SparseOptions
{
    /// <summary>Name of the new model.</summary>
    public required string Name { get; init; }

    /// <summary>Where zeros may stand.</summary>
    public required SparsityPattern Pattern { get; init; }

    /// <summary>Whether a different model of that name is replaced.</summary>
    public bool Replace { get; init; }

    /// <summary>
    /// Whether the share of an unstructured mask is taken of each row, not of the tensor; null for what the score's authors do (by row for
    /// Wanda).
    /// </summary>
    public bool? ByRow { get; init; }

    /// <summary>Only tensors whose names pass; all where null.</summary>
    public Func<string, bool>? Names { get; init; }

    /// <summary>
    /// Only tensors of these kinds of layers. Where null, and no names are given either: matrices that activations are multiplied with, and so
    /// neither embeddings, norms nor the output layer.
    /// </summary>
    public IReadOnlyList<LayerType>? LayerTypes { get; init; }

    /// <summary>
    /// What tensors are written as whose encoding cannot hold masked values as they are (all but F32, F16, BF16 and F64): F32, F16, BF16,
    /// Q8_0 or Q4_0. Null to refuse such tensors.
    /// </summary>
    public TensorDtype? Reencode { get; init; }
}
