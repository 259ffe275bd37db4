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

    /// <summary>Writes runs of bytes, as they come, into a new temporary file.</summary>
    /// <param name="name">The name used in errors.</param>
    /// <param name="length">Length of all runs together.</param>
    /// <param name="runs">The runs; each is done with before the next is asked for.</param>
    public static SpooledByteSource Write(string name, long length, IEnumerable<ReadOnlyMemory<byte>> runs)
    {
        SafeFileHandle handle = OpenTemporary(length);
        try
        {
            long at = 0;
            foreach (ReadOnlyMemory<byte> run in runs)
            {
                RandomAccess.Write(handle, run.Span, at);
                at += run.Length;
            }

            return at == length
                ? new SpooledByteSource(name, length, handle)
                : throw new InvalidOperationException($"{name}: {at} of {length} bytes were written.");
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads a source from front to back into a new temporary file.</summary>
    public static SpooledByteSource Copy(ByteSource source)
    {
        SafeFileHandle handle = OpenTemporary(source.Length);
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

    private static SafeFileHandle OpenTemporary(long length) => File.OpenHandle(
        Path.Combine(Path.GetTempPath(), $"hart-{Guid.NewGuid():N}.tmp"),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        FileOptions.DeleteOnClose,
        length);

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
