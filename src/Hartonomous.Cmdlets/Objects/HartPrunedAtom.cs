namespace Hartonomous;

/// <summary>A tensor whose content was, or would be, given up by a policy, or is kept nevertheless.</summary>
public sealed class HartPrunedAtom
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The tensor's name.</summary>
    public required string Tensor { get; init; }

    /// <summary>SHA-256 of the content.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Length of the content in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The score that the policy looked at; null where it looked at none.</summary>
    public double? Score { get; init; }

    /// <summary>When the content was last used.</summary>
    public required DateTime LastAccessedAt { get; init; }

    /// <summary><c>Pruned</c>, <c>WouldPrune</c> or <c>Kept</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Why the content is kept; null where it is not.</summary>
    public string? Reason { get; init; }

    /// <summary>Payloads that come free.</summary>
    public required long FreedAtoms { get; init; }

    /// <summary>Their bytes, which an optimization gives back.</summary>
    public required long FreedBytes { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Tensor;
}
