namespace Hartonomous;

/// <summary>What an import did.</summary>
public sealed class HartImportResult
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The tenant that owns it.</summary>
    public required string Tenant { get; init; }

    /// <summary>Its key in the store.</summary>
    public required long ModelId { get; init; }

    /// <summary>Key of the job, or null where there was nothing to do.</summary>
    public long? JobId { get; init; }

    /// <summary>How it ended.</summary>
    public required HartImportStatus Status { get; init; }

    /// <summary>Where the model was imported from.</summary>
    public required string Source { get; init; }

    /// <summary>Number of tensors.</summary>
    public required long TensorCount { get; init; }

    /// <summary>Length of all files in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Contents that were not stored before.</summary>
    public required long NewAtoms { get; init; }

    /// <summary>Their bytes.</summary>
    public required long NewBytes { get; init; }

    /// <summary>Bytes of the model that stay in the imported files and are referred to there.</summary>
    public long InPlaceBytes { get; init; }

    /// <summary>Pieces of the model that were stored already, or occur in it more than once.</summary>
    public required long ReusedAtoms { get; init; }

    /// <summary>Bytes of the model that did not have to be stored.</summary>
    public required long ReusedBytes { get; init; }

    /// <summary>Whether an earlier, unfinished job was taken up.</summary>
    public required bool Resumed { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Model;
}
