using System.Collections.Specialized;

namespace Hartonomous;

/// <summary>A model as it lies on disk: what its headers say. Nothing of its weights has been read.</summary>
public sealed class HartModelFile
{
    /// <summary>The name an import gives it where the user gives none.</summary>
    public required string Name { get; init; }

    /// <summary>Full path: the file, the first shard, or the folder.</summary>
    public required string Path { get; init; }

    /// <summary>The container: <c>Gguf</c>, <c>SafeTensors</c>, ...</summary>
    public required string Format { get; init; }

    /// <summary>Kind of model or version of the container, where known (<c>GGUF v3</c>).</summary>
    public string? Variant { get; init; }

    /// <summary>The architecture the model names, where it does.</summary>
    public string? Architecture { get; init; }

    /// <summary>Number of values in all tensors.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Number of tensors.</summary>
    public required int TensorCount { get; init; }

    /// <summary>Length of all files in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The files, in the order they are stored.</summary>
    public required HartFile[] Files { get; init; }

    /// <summary>
    /// The format's own metadata, in the order of the file. Of an array of over 256 elements: <c>type</c>, <c>count</c> and <c>first</c>.
    /// </summary>
    public required OrderedDictionary Metadata { get; init; }

    /// <summary>What is odd but allowed.</summary>
    public required string[] Warnings { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
