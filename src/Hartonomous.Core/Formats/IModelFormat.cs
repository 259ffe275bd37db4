using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats;

/// <summary>What the registry knows of a format. One implementation a format folder.</summary>
public interface IModelFormat
{
    /// <summary>The format.</summary>
    ModelFormat Format { get; }

    /// <summary>
    /// The usual extensions, with their dot, lower case. They never decide; they break ties and earn a warning when they lie.
    /// </summary>
    IReadOnlyList<string> Extensions { get; }

    /// <summary>
    /// Extensions that files of this format have but share with much else (<c>.bin</c>): they decide nothing, and earn no warning.
    /// </summary>
    IReadOnlyList<string> SharedExtensions => [];

    /// <summary>Whether the first bytes of a file are those of this format.</summary>
    /// <param name="header">The first <see cref="FormatRegistry.HeaderSize"/> bytes, or all of a shorter file.</param>
    /// <param name="fileLength">Length of the whole file.</param>
    bool Matches(ReadOnlySpan<byte> header, long fileLength);

    /// <summary>
    /// Whether a file is of this format, for formats that are not known by their first bytes alone: an archive's directory, a table's
    /// signature stand at the end. Reads no more than that; never throws for what a file holds.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="header">As for <see cref="Matches(ReadOnlySpan{byte}, long)"/>.</param>
    bool Matches(ByteSource file, ReadOnlySpan<byte> header) => Matches(header, file.Length);

    /// <summary>
    /// Whether a file that no format matches begins as a damaged file of this format does (a length that lies, an end that is missing).
    /// Such a file goes to this format's reader, which names the damage.
    /// </summary>
    /// <param name="header">As for <see cref="Matches(ReadOnlySpan{byte}, long)"/>.</param>
    bool Resembles(ReadOnlySpan<byte> header) => false;

    /// <summary>Whether a file's name is one that files of this format usually have: it earns no warning.</summary>
    bool HasUsualName(string fileName) =>
        Extensions.Concat(SharedExtensions).Contains(Path.GetExtension(fileName), StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a file is part of a model of this format by its name and the files beside it. Asked before its content is looked at: shards
    /// without any signature of their own may begin as anything.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    bool IsShard(string path) => false;

    /// <summary>Whether a file of this name makes its folder, with all folders below, one model of this format.</summary>
    bool IsFolderMarker(string fileName) => false;

    /// <summary>Whether a file of this name is a list of shards of this format. Says nothing about its content.</summary>
    bool IsIndex(string fileName) => false;

    /// <summary>
    /// Whether models of this format usually are folders, their configuration and tokenizer beside the weights. Files of a format that
    /// carries all that within itself are models of their own wherever they lie.
    /// </summary>
    bool HasCompanionFiles => false;

    /// <summary>The model that a file of this format belongs to: the file alone, or all the shards it is one of.</summary>
    /// <param name="path">Full path of the file.</param>
    /// <param name="limits">What is accepted of an index.</param>
    /// <exception cref="ModelFormatException">Shards are missing, or an index is not as it should be.</exception>
    ModelLocation Locate(string path, ReadLimits limits);

    /// <summary>Checks that the weights found in a model's folder are complete, and says in the result's warnings what is odd.</summary>
    /// <exception cref="ModelFormatException">Shards are missing, or an index is not as it should be.</exception>
    ModelLocation CheckFolder(ModelLocation location, ReadLimits limits) => location;

    /// <summary>Opens a located model and reads its headers.</summary>
    /// <exception cref="ModelFormatException">A file is not as the format says.</exception>
    ModelSource Open(ModelLocation location, ReadLimits limits, CancellationToken cancellation);

    /// <summary>
    /// A model of the same format that holds only some tensors of an opened one: a new header, then the tensors' bytes as they lie in the
    /// source, which stays owned by the caller and has to outlive the result.
    /// </summary>
    ModelSource SelectTensors(ModelSource source, IReadOnlyList<TensorInfo> tensors, ReadLimits limits);
}
