namespace Hartonomous.Core.Formats.Zip;

/// <summary>One entry of a ZIP archive, as its central directory and its local header agree on it.</summary>
/// <param name="Name">The name, with <c>/</c> between its parts; that of a folder ends in <c>/</c>.</param>
/// <param name="IsStored">Whether the content lies in the file as it is; if not, it is deflated.</param>
/// <param name="Crc32">CRC-32 of the content.</param>
/// <param name="CompressedSize">Bytes in the file.</param>
/// <param name="Size">Bytes of the content, as claimed; of a deflated entry not yet proved.</param>
/// <param name="HeaderOffset">Where the local header begins.</param>
/// <param name="DataOffset">Where the bytes of the entry begin.</param>
internal sealed record ZipEntry(
    string Name, bool IsStored, uint Crc32, long CompressedSize, long Size, long HeaderOffset, long DataOffset);
