using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Formats.IO;

/// <summary>
/// A copy of bytes that can only be read from front to back, in a temporary file that nobody else can open and that goes away with the
/// source, or with the process.
/// </summary>
internal sealed class SpooledByteSource : ByteSource
{
    private const int BufferSize = 1024 * 1024;

    private readonly SafeFileHandle _handle;

    private SpooledByteSource(string name, long length, SafeFileHandle handle)
    {
        Name = name;
        Length = length;
        _handle = handle;
    }

    public override string Name { get; }

    public override long Length { get; }

    /// <summary>Reads a source from front to back into a new temporary file.</summary>
    public static SpooledByteSource Copy(ByteSource source)
    {
        string path = Path.Combine(Path.GetTempPath(), $"hart-{Guid.NewGuid():N}.tmp");
        SafeFileHandle handle = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose, source.Length);
        try
        {
            byte[] buffer = new byte[(int)Math.Min(BufferSize, source.Length)];
            for (long at = 0; at < source.Length;)
            {
                Span<byte> part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, source.Length - at));
                source.ReadExactly(at, part);
                RandomAccess.Write(handle, part, at);
                at += part.Length;
            }

            return new SpooledByteSource(source.Name, source.Length, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            int count = RandomAccess.Read(_handle, destination, offset);
            if (count == 0)
            {
                throw new ModelFormatException(FormatErrorCodes.FileTruncated, Name, offset, "its temporary copy has shrunk");
            }

            offset += count;
            destination = destination[count..];
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _handle.Dispose();
        }

        base.Dispose(disposing);
    }
}
