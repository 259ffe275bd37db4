namespace Hartonomous.Core.Pruning.Sparsity;

/// <summary>Which weights are compared with each other when some become zero.</summary>
public enum SparsityKind
{
    /// <summary>A share of the weights, wherever they are.</summary>
    Unstructured,

    /// <summary>So many of every group of consecutive weights along the input dimension.</summary>
    Grouped,

    /// <summary>A share of the rows, each whole.</summary>
    Rows,
}
