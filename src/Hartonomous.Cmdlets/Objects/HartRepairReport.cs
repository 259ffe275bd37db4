namespace Hartonomous;

/// <summary>What a repair of a store found and mended, or with <c>-WhatIf</c> would mend.</summary>
public sealed class HartRepairReport
{
    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <summary>Whether nothing is lost.</summary>
    public required bool Ok { get; init; }

    /// <summary>Whether nothing was changed.</summary>
    public required bool DryRun { get; init; }

    /// <summary>What became of the database: <c>None</c>, <c>Reindexed</c>, <c>Salvaged</c>, <c>Rebuilt</c>.</summary>
    public required string Database { get; init; }

    /// <summary>Frames in packs that were read.</summary>
    public required long Frames { get; init; }

    /// <summary>Pack files that hold damaged bytes.</summary>
    public required string[] DamagedPacks { get; init; }

    /// <summary>Entries of the payload index that were put right.</summary>
    public required long RestoredPayloads { get; init; }

    /// <summary>Contents that were entered because a database was made anew.</summary>
    public required long AddedAtoms { get; init; }

    /// <summary>Counts of references that were wrong.</summary>
    public required long CorrectedCounts { get; init; }

    /// <summary>Contents that are damaged or missing.</summary>
    public required HartLostContent[] LostContents { get; init; }

    /// <summary>Models that were removed because too much of them is lost.</summary>
    public required string[] LostModels { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }
}
