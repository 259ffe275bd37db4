using Hartonomous.Core.Atoms.Import;


namespace Hartonomous.Core.Pruning.Sparsity;

/// <summary>A sparse model that was made.</summary>
/// <param name="Source">The model it was made of, which stays.</param>
/// <param name="Import">What storing it did.</param>
/// <param name="Tensors">The tensors that were masked.</param>
public sealed record SparseResult(string Source, ImportResult Import, IReadOnlyList<SparseTensor> Tensors);
