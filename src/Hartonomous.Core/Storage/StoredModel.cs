using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage;

/// <summary>A model as a store lists it.</summary>
public sealed record StoredModel
{
    /// <summary>Key of the model in its store.</summary>
    public required long ModelId { get; init; }

    /// <summary>Name, unique in its tenant whatever the case of its letters.</summary>
    public required string Name { get; init; }

    /// <summary>The tenant that owns it.</summary>
    public required string Tenant { get; init; }

    /// <summary>The container it came in.</summary>
    public required ModelFormat Format { get; init; }

    /// <summary>Kind of model or version of the container, where known.</summary>
    public string? Variant { get; init; }

    /// <summary>Architecture, where known.</summary>
    public string? Architecture { get; init; }

    /// <summary>Number of values in all tensors.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Number of tensors.</summary>
    public required long Tensors { get; init; }

    /// <summary>Length of all files in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Whether it is given back as a folder.</summary>
    public required bool IsFolder { get; init; }

    /// <summary>Where it was imported from.</summary>
    public required string SourcePath { get; init; }

    /// <summary>When the import was complete.</summary>
    public required DateTime ImportedAtUtc { get; init; }

    /// <summary>The format's own metadata as JSON, long arrays cut to their first elements.</summary>
    public required string MetadataJson { get; init; }
}
