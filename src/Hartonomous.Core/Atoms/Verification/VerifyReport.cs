using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Verification;

/// <summary>What a verification found.</summary>
/// <param name="Full">Whether every payload was read and hashed.</param>
/// <param name="Checked">How many of what was checked, over all runs of a verification that was resumed.</param>
/// <param name="Findings">What is wrong, likewise.</param>
/// <param name="Seconds">How long this run took.</param>
public sealed record VerifyReport(
    bool Full, IReadOnlyDictionary<string, long> Checked, IReadOnlyList<VerifyFinding> Findings, double Seconds)
{
    /// <summary>Whether nothing is wrong, as far as was looked.</summary>
    public bool Ok => Findings.Count == 0;

    /// <summary>Whether there was time for everything. Where not, a verification that resumes goes on.</summary>
    public bool Complete { get; init; } = true;

    /// <summary>Whether an earlier run was gone on with.</summary>
    public bool Resumed { get; init; }
}
