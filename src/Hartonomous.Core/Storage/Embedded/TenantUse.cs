namespace Hartonomous.Core.Storage.Embedded;

/// <summary>What a tenant has and may have.</summary>
internal sealed record TenantUse
{
    public required string Name { get; init; }

    public long? MaxAtoms { get; init; }

    public long? MaxBytes { get; init; }

    public required long AtomCount { get; init; }

    public required long ByteCount { get; init; }
}
