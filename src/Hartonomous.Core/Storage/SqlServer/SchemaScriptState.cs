namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>What a database has of a script.</summary>
public enum SchemaScriptState
{
    /// <summary>It is applied as this version has it.</summary>
    Applied = 0,

    /// <summary>It is not applied yet.</summary>
    Missing,

    /// <summary>An older form of it is applied; an update replaces it.</summary>
    Outdated,

    /// <summary>A migration was applied that differs from the one this version has: the database cannot be used.</summary>
    Changed,

    /// <summary>A script was applied that this version does not know, or a newer form of one.</summary>
    Newer,

    /// <summary>The server lacks what it needs.</summary>
    Unsupported,

    /// <summary>It is applied on request only.</summary>
    Optional,

    /// <summary>The server refused it; the store works without.</summary>
    Refused,
}
