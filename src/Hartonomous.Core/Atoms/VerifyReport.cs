using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms;

/// <summary>What a verification found.</summary>
/// <param name="Full">Whether every payload was read and hashed.</param>
/// <param name="Checked">How many of what was checked.</param>
/// <param name="Findings">What is wrong.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record VerifyReport(
    bool Full, IReadOnlyDictionary<string, long> Checked, IReadOnlyList<VerifyFinding> Findings, double Seconds)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool Ok => Findings.Count == 0;
}
