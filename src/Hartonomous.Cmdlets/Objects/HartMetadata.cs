using System.Collections.Specialized;

namespace Hartonomous;

/// <summary>The metadata of a stored model, as an item of the drive. Its content is JSON.</summary>
public sealed class HartMetadata
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>The tenant that owns the model.</summary>
    public required string Tenant { get; init; }

    /// <summary>Number of entries.</summary>
    public required int Count { get; init; }

    /// <summary>Length of the JSON in bytes of UTF-8.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The entries. Of an array of over 256 elements: <c>type</c>, <c>count</c> and <c>first</c>.</summary>
    public required OrderedDictionary Entries { get; init; }

    /// <summary>The store.</summary>
    public required string Store { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Model}: {Count} entries";
}
