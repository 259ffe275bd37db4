namespace Hartonomous.Core.Storage.Shared;

/// <summary>An atom that tensors to be pruned reach, and how often it would still be referred to.</summary>
internal sealed class PrunedAtom
{
    public long AtomId { get; init; }

    public long References { get; set; }

    /// <summary>Bytes of its payload; null where it has none of its own.</summary>
    public long? Bytes { get; init; }
}
