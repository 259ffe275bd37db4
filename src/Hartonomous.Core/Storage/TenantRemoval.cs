namespace Hartonomous.Core.Storage;

/// <summary>What the removal of a tenant did.</summary>
/// <param name="Models">Models that went with it.</param>
/// <param name="ReleasedAtoms">Payloads that nothing refers to any more.</param>
/// <param name="ReleasedBytes">Their bytes, which an optimization gives back.</param>
public sealed record TenantRemoval(long Models, long ReleasedAtoms, long ReleasedBytes);
