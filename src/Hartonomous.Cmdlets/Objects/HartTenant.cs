namespace Hartonomous;

/// <summary>A tenant: an owner of models, with quotas. Contents are shared below tenants; a quota does not depend on what others store.</summary>
public sealed class HartTenant
{
    /// <summary>Key of the tenant in its store.</summary>
    public required long TenantId { get; init; }

    /// <summary>Name, unique whatever the case of its letters.</summary>
    public required string Name { get; init; }

    /// <summary>What the tenant is, for people.</summary>
    public string? Description { get; init; }

    /// <summary>Most distinct contents the tenant's models may refer to, or null.</summary>
    public long? MaxAtoms { get; init; }

    /// <summary>Most bytes of those contents, or null.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Number of models.</summary>
    public required long ModelCount { get; init; }

    /// <summary>Number of tensors in all models.</summary>
    public required long TensorCount { get; init; }

    /// <summary>Distinct contents the tenant's models and unfinished jobs refer to.</summary>
    public required long AtomCount { get; init; }

    /// <summary>Their bytes.</summary>
    public required long ByteCount { get; init; }

    /// <summary>Length of all files of all models.</summary>
    public required long BytesImported { get; init; }

    /// <summary>When the tenant was made, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When an import of the tenant's was last complete, UTC.</summary>
    public DateTime? LastIngestedAt { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
