using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning;

/// <summary>What pruning a model would do, or did.</summary>
/// <param name="Model">The model.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Candidates">Every tensor that meets the policy, in the order of the model.</param>
public sealed record PrunePlan(StoredModel Model, PrunePolicy Policy, IReadOnlyList<PruneCandidate> Candidates)
{
    /// <summary>Those whose contents go.</summary>
    public IReadOnlyList<PruneCandidate> Chosen { get; } = [.. Candidates.Where(candidate => candidate.Kept is null)];

    /// <summary>Payloads that come free.</summary>
    public long FreedAtoms => Chosen.Sum(candidate => candidate.FreedAtoms);

    /// <summary>Their bytes.</summary>
    public long FreedBytes => Chosen.Sum(candidate => candidate.FreedBytes);
}
