using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats;

/// <summary>Where a model lies: one file, a set of shards, or a folder, found without reading more than it takes to know the format.</summary>
public sealed record ModelLocation
{
    /// <summary>The name the model gets where the user gives none.</summary>
    public required string Name { get; init; }

    /// <summary>The format of its weights.</summary>
    public required ModelFormat Format { get; init; }

    /// <summary>Full path of the folder that holds the files.</summary>
    public required string Folder { get; init; }

    /// <summary>The files with weights, relative to <see cref="Folder"/>, with <c>/</c> between parts, in the order of the shards.</summary>
    public required IReadOnlyList<string> WeightFiles { get; init; }

    /// <summary>Files that belong to the model without holding weights: shard indexes, configurations, tokenizers.</summary>
    public IReadOnlyList<string> OtherFiles { get; init; } = [];

    /// <summary>Whether the model is a folder and is given back as one.</summary>
    public bool IsFolder { get; init; }

    /// <summary>What a person names the model by: the file, the first shard, or the folder.</summary>
    public string DisplayPath => IsFolder ? Folder : FullPath(WeightFiles[0]);

    /// <summary>Warnings that came up on the way (an extension that does not fit the content).</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// What keeps a model that was found among others from being opened (missing shards, a broken index), or null.
    /// <see cref="ModelReader.Open"/> throws it, so that one incomplete model does not hide the rest of its folder.
    /// </summary>
    public ModelFormatException? Error { get; init; }

    /// <summary>The full path of one of the files.</summary>
    public string FullPath(string relative) => Path.GetFullPath(Path.Combine(Folder, relative));
}
