namespace Hartonomous.Core.Storage;

/// <summary>What an admin sets of a tenant.</summary>
/// <param name="MaxAtoms">
/// Most distinct contents that the tenant's models may refer to, each counted once whatever other tenants store; null for no quota.
/// </param>
/// <param name="MaxBytes">Most bytes of those contents; null for no quota.</param>
/// <param name="Description">What the tenant is, for people.</param>
public sealed record TenantSettings(long? MaxAtoms = null, long? MaxBytes = null, string? Description = null);
