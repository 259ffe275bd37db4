namespace Hartonomous;

/// <summary>What an optimization of a store did, or with <c>-WhatIf</c> would do.</summary>
public sealed class HartOptimizeReport
{
    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <summary>Whether nothing was done.</summary>
    public required bool DryRun { get; init; }

    /// <summary>Whether there was time for everything.</summary>
    public required bool Complete { get; init; }

    /// <summary>Contents that nothing refers to, deleted.</summary>
    public required long ReclaimedAtoms { get; init; }

    /// <summary>Their bytes.</summary>
    public required long ReclaimedBytes { get; init; }

    /// <summary>Contents that nothing refers to but that an import at work may need; a run after its end deletes them.</summary>
    public required long HeldAtoms { get; init; }

    /// <summary>Their bytes.</summary>
    public required long HeldBytes { get; init; }

    /// <summary>Packs that were emptied and deleted.</summary>
    public required long CompactedPacks { get; init; }

    /// <summary>Bytes copied to new packs on the way.</summary>
    public required long MovedBytes { get; init; }

    /// <summary>Packs that are due but in use or damaged.</summary>
    public required long SkippedPacks { get; init; }

    /// <summary>Whether the database's tables and indexes were rebuilt.</summary>
    public required bool Rebuilt { get; init; }

    /// <summary>Length of the store's files before.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>Length of the store's files after.</summary>
    public required long BytesAfter { get; init; }

    /// <summary>Bytes that came back.</summary>
    public long FreedBytes => BytesBefore - BytesAfter;

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }
}
