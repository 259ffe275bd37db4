namespace Hartonomous.Core.Atoms.Export;

/// <summary>What of a model is written to new files, and into how many.</summary>
public sealed record PartExportOptions
{
    /// <summary>Given the name of a tensor, whether it is written; all are where null.</summary>
    public Func<string, bool>? Selects { get; init; }

    /// <summary>Bytes of tensors that a file holds at most, but for a single tensor that is larger; null for one file.</summary>
    public long? ShardBytes { get; init; }

    /// <summary>What becomes of pruned tensors among those chosen; without a choice, they are refused.</summary>
    public PrunedExport Pruned { get; init; }

    /// <summary>Whether files that are there are replaced.</summary>
    public bool Overwrite { get; init; }
}
