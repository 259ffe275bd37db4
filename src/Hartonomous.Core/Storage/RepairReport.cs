namespace Hartonomous.Core.Storage;

/// <summary>What a repair found and mended, or would mend.</summary>
public sealed record RepairReport
{
    /// <summary>Whether nothing was changed.</summary>
    public required bool DryRun { get; init; }

    /// <summary>What became of the database.</summary>
    public required DatabaseRepair Database { get; init; }

    /// <summary>Frames in packs that were read.</summary>
    public required long Frames { get; init; }

    /// <summary>Pack files that hold damaged bytes. Their whole frames were copied out, and the files moved to the folder <c>damaged</c>.</summary>
    public required IReadOnlyList<string> DamagedPacks { get; init; }

    /// <summary>Entries of the payload index that were missing, or led to the wrong place, and lead to a whole frame again.</summary>
    public required long RestoredPayloads { get; init; }

    /// <summary>Atoms that the database did not know and that were entered, at a count of 0, because a database was made anew.</summary>
    public required long AddedAtoms { get; init; }

    /// <summary>Counts of references that were wrong.</summary>
    public required long CorrectedCounts { get; init; }

    /// <summary>Contents that are damaged or missing. An import that has one of them heals it.</summary>
    public required IReadOnlyList<LostContent> LostContents { get; init; }

    /// <summary>Names of models of which so much is lost in the database that they were removed; their contents are kept.</summary>
    public required IReadOnlyList<string> LostModels { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether nothing is lost. A database that had to be made anew may have lost models that nobody knows of any more.</summary>
    public bool Ok => LostContents.Count == 0 && LostModels.Count == 0 && Database is (DatabaseRepair.None or DatabaseRepair.Reindexed);
}
