namespace Hartonomous.Core.Storage;

/// <summary>What a repair did with a store's database.</summary>
public enum DatabaseRepair
{
    /// <summary>It was whole.</summary>
    None = 0,

    /// <summary>Its indexes were rebuilt from its tables.</summary>
    Reindexed,

    /// <summary>It was damaged; a new one was made of the rows that could be read. The old one is kept beside it.</summary>
    Salvaged,

    /// <summary>It was missing or could not be read at all; a new one was made, with all contents and without models.</summary>
    Rebuilt,
}
