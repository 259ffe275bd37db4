using Hartonomous.Core.Models;

namespace Hartonomous.Core.Pruning.Sparsity;

/// <summary>A tensor of a sparse model.</summary>
/// <param name="Name">The name.</param>
/// <param name="FromDtype">How it was stored.</param>
/// <param name="Dtype">How it is stored now.</param>
/// <param name="Count">Number of values.</param>
/// <param name="Masked">Values that were made zero, those that were zero before among them.</param>
/// <param name="Zeros">Values that are zero now.</param>
public sealed record SparseTensor(string Name, TensorDtype FromDtype, TensorDtype Dtype, long Count, long Masked, long Zeros);
