using System.Collections.Specialized;

namespace Hartonomous;

/// <summary>A stored model.</summary>
public sealed class HartModel
{
    /// <summary>Key of the model in its store.</summary>
    public required long ModelId { get; init; }

    /// <summary>Name, unique whatever the case of its letters.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant that owns it.</summary>
    public required string Tenant { get; init; }

    /// <summary>The container it came in.</summary>
    public required string Format { get; init; }

    /// <summary>Kind of model or version of the container, where known.</summary>
    public string? Variant { get; init; }

    /// <summary>Architecture, where known.</summary>
    public string? Architecture { get; init; }

    /// <summary>Number of values in all tensors.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Number of tensors.</summary>
    public required long TensorCount { get; init; }

    /// <summary>Length of all files in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Whether it is given back as a folder.</summary>
    public required bool IsFolder { get; init; }

    /// <summary>Where it was imported from.</summary>
    public required string SourcePath { get; init; }

    /// <summary>When the import was complete, UTC.</summary>
    public required DateTime ImportedAt { get; init; }

    /// <summary>The format's own metadata. Of an array of over 256 elements: <c>type</c>, <c>count</c> and <c>first</c>.</summary>
    public required OrderedDictionary Metadata { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
