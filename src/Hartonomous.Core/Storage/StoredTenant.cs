namespace Hartonomous.Core.Storage;

/// <summary>A tenant as a store lists it.</summary>
public sealed record StoredTenant
{
    /// <summary>Key of the tenant in its store.</summary>
    public required long TenantId { get; init; }

    /// <summary>Name, unique whatever the case of its letters.</summary>
    public required string Name { get; init; }

    /// <summary>What the tenant is, for people.</summary>
    public string? Description { get; init; }

    /// <summary>Quota in atoms, or null.</summary>
    public long? MaxAtoms { get; init; }

    /// <summary>Quota in bytes, or null.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Number of models.</summary>
    public required long Models { get; init; }

    /// <summary>Number of tensors in all models.</summary>
    public required long Tensors { get; init; }

    /// <summary>
    /// Distinct contents with bytes of their own that the tenant's models and unfinished jobs refer to: what <see cref="MaxAtoms"/> limits.
    /// </summary>
    public required long Atoms { get; init; }

    /// <summary>Their bytes: what <see cref="MaxBytes"/> limits.</summary>
    public required long Bytes { get; init; }

    /// <summary>Length of all files of all models.</summary>
    public required long BytesImported { get; init; }

    /// <summary>When the tenant was made.</summary>
    public required DateTime CreatedAtUtc { get; init; }

    /// <summary>When an import of the tenant's was last complete; null before the first.</summary>
    public DateTime? LastIngestedAtUtc { get; init; }
}
