namespace Hartonomous;

/// <summary>A file that was given back. Its bytes have the SHA-256 they were imported with, but for parts and for pruned models.</summary>
public sealed class HartExportedFile
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>SHA-256 of the file, 64 hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Names of the model's tensors that were pruned: zeros in the files, or left out of them.</summary>
    public string[] PrunedTensors { get; init; } = [];

    /// <summary>Whether the model has tensors put together from factors, so that its files are not those that were imported.</summary>
    public bool IsReconstructed { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
