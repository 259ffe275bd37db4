using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats;

/// <summary>One file of an opened model.</summary>
/// <param name="Path">Path relative to the model's folder, with <c>/</c> between its parts.</param>
/// <param name="Bytes">Its bytes.</param>
public sealed record ModelFile(string Path, ByteSource Bytes)
{
    /// <summary>Length in bytes.</summary>
    public long SizeBytes => Bytes.Length;
}
