using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Formats.IO;

/// <summary>A regular file, opened once for reading.</summary>
public sealed class FileByteSource : ByteSource
{
    private readonly SafeFileHandle _handle;
    private long _bytesRead;

    private FileByteSource(string path, SafeFileHandle handle)
    {
        Name = path;
        _handle = handle;
        Length = RandomAccess.GetLength(handle);
        LastWriteTimeUtc = File.GetLastWriteTimeUtc(handle);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override DateTime LastWriteTimeUtc { get; }

    /// <summary>How many bytes have been read so far.</summary>
    public long BytesRead => Interlocked.Read(ref _bytesRead);

    /// <summary>How many names the file has on its file system, or null where the system does not tell.</summary>
    public long? CountHardLinks() => HardLinks.Count(_handle);

    /// <inheritdoc/>
    public override bool HasChanged() => RandomAccess.GetLength(_handle) != Length || File.GetLastWriteTimeUtc(_handle) != LastWriteTimeUtc;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Path of a regular file or of a link to one.</param>
    /// <exception cref="ModelFormatException">
    /// The path names nothing (<c>FILE_NOT_FOUND</c>), or a folder, or what has no bytes: an empty file, a pipe, a device
    /// (<c>FILE_EMPTY</c>).
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static FileByteSource Open(string path)
    {
        // Asked before opening: opening a pipe for reading would wait for a writer, and devices have no length.
        FileInfo info = new(path);
        if (!info.Exists)
        {
            throw new ModelFormatException(
                FormatErrorCodes.FileNotFound, path, null, Directory.Exists(path) ? "a file is expected, this is a folder" : "there is no such file");
        }

        if (info.LinkTarget is not null)
        {
            info = ResolveLink(info) as FileInfo
                ?? throw new ModelFormatException(FormatErrorCodes.FileNotFound, path, null, "the link leads to no file");
            if (!info.Exists)
            {
                throw new ModelFormatException(FormatErrorCodes.FileNotFound, path, null, $"the link leads to {info.FullName}, which is not there");
            }
        }

        if (info.Length == 0)
        {
            throw new ModelFormatException(FormatErrorCodes.FileEmpty, path, 0, "the file holds no bytes, or is not a regular file");
        }

        return new FileByteSource(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read));
    }

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int count = RandomAccess.Read(_handle, destination, offset);
            if (count == 0)
            {
                throw new ModelFormatException(
                    FormatErrorCodes.FileTruncated, Name, offset, $"the file had {Length} bytes when it was opened and has shrunk since");
            }

            Interlocked.Add(ref _bytesRead, count);
            offset += count;
            destination = destination[count..];
        }
    }

    // Null for links that lead in a circle.
    private static FileSystemInfo? ResolveLink(FileInfo link)
    {
        try
        {
            return link.ResolveLinkTarget(returnFinalTarget: true);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
        }

        base.Dispose(disposing);
    }
}
