namespace Hartonomous.Core.Atoms.Verification;

/// <summary>How a store is verified.</summary>
public sealed record VerifyOptions
{
    /// <summary>Whether every payload is read and hashed, every tensor put together and every file recomputed.</summary>
    public bool Full { get; init; }

    /// <summary>Whether a full verification goes on where one before was interrupted or ran out of time. Structure is checked anew.</summary>
    public bool Resume { get; init; }

    /// <summary>Time after which a full verification ends, to be resumed, or null.</summary>
    public TimeSpan? TimeLimit { get; init; }
}
