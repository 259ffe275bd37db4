namespace Hartonomous.Core.Storage;

/// <summary>What an optimization did, or would do.</summary>
public sealed record OptimizeReport
{
    /// <summary>Whether nothing was done.</summary>
    public required bool DryRun { get; init; }

    /// <summary>Whether there was time for everything. Where not, the next run goes on.</summary>
    public required bool Complete { get; init; }

    /// <summary>Atoms that nothing refers to, deleted.</summary>
    public required long ReclaimedAtoms { get; init; }

    /// <summary>Bytes of their payloads.</summary>
    public required long ReclaimedBytes { get; init; }

    /// <summary>Atoms that nothing refers to but that an import at work may have found stored; a run after its end deletes them.</summary>
    public required long HeldAtoms { get; init; }

    /// <summary>Bytes of their payloads.</summary>
    public required long HeldBytes { get; init; }

    /// <summary>Packs that were emptied and deleted.</summary>
    public required long CompactedPacks { get; init; }

    /// <summary>Bytes of frames copied to new packs on the way.</summary>
    public required long MovedBytes { get; init; }

    /// <summary>Packs that are due but that an import writes to, or that hold a damaged frame in use.</summary>
    public required long SkippedPacks { get; init; }

    /// <summary>Whether the database's tables and indexes were rebuilt.</summary>
    public required bool Rebuilt { get; init; }

    /// <summary>Length of all the store's files before.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>Length of all the store's files after; of a dry run, what it would be without the rebuilding of the database.</summary>
    public required long BytesAfter { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }
}
