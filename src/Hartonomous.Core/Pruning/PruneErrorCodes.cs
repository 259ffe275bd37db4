namespace Hartonomous.Core.Pruning;

/// <summary>Codes of the errors of pruning and of pruned models.</summary>
public static class PruneErrorCodes
{
    /// <summary>The policy names nothing by which tensors are chosen, or contradicts itself.</summary>
    public const string Policy = "PRUNE_POLICY";

    /// <summary>The store cannot be pruned: it keeps neither scores nor access times.</summary>
    public const string Unsupported = "PRUNE_UNSUPPORTED";

    /// <summary>A pruned model is to be exported, and it was not said whether with zeros or without the pruned tensors.</summary>
    public const string Export = "EXPORT_PRUNED";

    /// <summary>A sparsity cannot be as it was asked for.</summary>
    public const string Sparsity = "SPARSITY";

    /// <summary>A tensor's encoding cannot hold masked values as they are, and no other was asked for.</summary>
    public const string SparseDtype = "SPARSE_DTYPE";
}
