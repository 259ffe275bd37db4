using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Pruning;

/// <summary>A tensor that meets a policy.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Score">Its score, where the policy looks at one.</param>
/// <param name="Kept">Why its content stays nevertheless, in words; null where it goes.</param>
/// <param name="FreedAtoms">Payloads that come free.</param>
/// <param name="FreedBytes">Their bytes, which an optimization gives back.</param>
public sealed record PruneCandidate(StoredTensor Tensor, double? Score, string? Kept, long FreedAtoms, long FreedBytes);
