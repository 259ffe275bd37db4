namespace Hartonomous.Core.Atoms.Import;

/// <summary>What an import did.</summary>
public sealed record ImportResult
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Its key.</summary>
    public required long ModelId { get; init; }

    /// <summary>Key of the job, or null where there was nothing to do.</summary>
    public required long? JobId { get; init; }

    /// <summary>How it ended.</summary>
    public required ImportStatus Status { get; init; }

    /// <summary>Where the model was imported from.</summary>
    public required string Source { get; init; }

    /// <summary>Number of tensors.</summary>
    public required long Tensors { get; init; }

    /// <summary>Length of all files.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Payloads that were not stored before.</summary>
    public required long NewAtoms { get; init; }

    /// <summary>Their bytes.</summary>
    public required long NewBytes { get; init; }

    /// <summary>Bytes of the model's contents that lie in files outside the store, by this import or earlier ones.</summary>
    public long InPlaceBytes { get; init; }

    /// <summary>
    /// Pieces of the model that were stored already, or occur in it more than once. Of a file that is stored whole, its segments.
    /// </summary>
    public required long ReusedAtoms { get; init; }

    /// <summary>Bytes of the model that did not have to be stored.</summary>
    public required long ReusedBytes { get; init; }

    /// <summary>Whether an earlier, unfinished job was taken up.</summary>
    public required bool Resumed { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>What is odd about the model but allowed.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}
