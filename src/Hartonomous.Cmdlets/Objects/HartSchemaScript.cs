namespace Hartonomous;

/// <summary>A script of the schema of a store on a server, and what the database has of it.</summary>
public sealed record HartSchemaScript
{
    /// <summary>The database, as its connection names it.</summary>
    public required string Store { get; init; }

    /// <summary>Name of the script.</summary>
    public required string Name { get; init; }

    /// <summary>What it is: <c>Migration</c>, <c>Module</c>, <c>Security</c> or <c>Feature</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// What the database has of it: <c>Applied</c>, <c>Missing</c>, <c>Outdated</c>, <c>Changed</c>, <c>Newer</c>, <c>Unsupported</c>,
    /// <c>Optional</c> or <c>Refused</c>.
    /// </summary>
    public required string State { get; init; }

    /// <summary>Why it is not applied, where it is not.</summary>
    public string? Detail { get; init; }
}
