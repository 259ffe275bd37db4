using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>What one GGUF file says before its tensor data.</summary>
internal sealed record GgufHeader
{
    /// <summary>The file's bytes.</summary>
    public required ByteSource Source { get; init; }

    /// <summary>1, 2 or 3.</summary>
    public required uint Version { get; init; }

    /// <summary>Byte order of the header and of the tensor data.</summary>
    public required ByteOrder Order { get; init; }

    /// <summary>Alignment of the tensor data in bytes.</summary>
    public required uint Alignment { get; init; }

    /// <summary>The metadata, in the order of the file.</summary>
    public required OrderedDictionary<string, MetadataValue> Metadata { get; init; }

    /// <summary>Where each metadata entry lies, key and all, in the order of <see cref="Metadata"/>.</summary>
    public required IReadOnlyList<(long Start, long Length)> MetadataRanges { get; init; }

    /// <summary>The tensors, in the order of the file.</summary>
    public required IReadOnlyList<GgufTensorEntry> Tensors { get; init; }

    /// <summary>Where the tensor data begin.</summary>
    public required long DataStart { get; init; }
}
