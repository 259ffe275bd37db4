namespace Hartonomous;

/// <summary>A file of a model.</summary>
public sealed class HartFile
{
    /// <summary>Path relative to the model's folder, with <c>/</c> between its parts.</summary>
    public required string Path { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;
}
