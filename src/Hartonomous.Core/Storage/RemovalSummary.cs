namespace Hartonomous.Core.Storage;

/// <summary>What a removal did.</summary>
/// <param name="Tensors">Tensors the model had.</param>
/// <param name="ReleasedAtoms">Payloads that nothing refers to any more.</param>
/// <param name="ReleasedBytes">Their bytes, which an optimization gives back.</param>
public sealed record RemovalSummary(long Tensors, long ReleasedAtoms, long ReleasedBytes);
