using System.Collections.Specialized;

namespace Hartonomous;

/// <summary>What a verification of a store found.</summary>
public sealed class HartStoreReport
{
    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public required bool Ok { get; init; }

    /// <summary>Whether every payload was read and hashed.</summary>
    public required bool Full { get; init; }

    /// <summary>Whether there was time for everything; where not, <c>-Resume</c> goes on.</summary>
    public required bool Complete { get; init; }

    /// <summary>Whether an earlier run was gone on with.</summary>
    public required bool Resumed { get; init; }

    /// <summary>How many of what was checked.</summary>
    public required OrderedDictionary Checked { get; init; }

    /// <summary>What is wrong.</summary>
    public required HartStoreFinding[] Findings { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }
}
