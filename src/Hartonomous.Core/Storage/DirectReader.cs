using Hartonomous.Core.Formats.IO;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage;

/// <summary>Reads from a file past the system's cache, where the system allows it. May be used by several threads at once.</summary>
/// <param name="file">The file, open for reading; closed with this.</param>
internal sealed class DirectReader(SafeFileHandle file) : IDisposable
{
    private volatile bool _isDirect = DirectAccess.TrySet(file, isDirect: true);

    /// <summary>Reads a range, with what lies before and behind it in its pages.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">Its length.</param>
    /// <param name="buffer">What is read into, at least two pages longer than the range.</param>
    /// <returns>The range, in the buffer; shorter where the file ends before.</returns>
    public ReadOnlySpan<byte> Read(long offset, int length, Slab buffer)
    {
        int before = (int)(offset % DirectAccess.Alignment);
        int wanted = (before + length + DirectAccess.Alignment - 1) / DirectAccess.Alignment * DirectAccess.Alignment;
        Span<byte> destination = buffer.GetSpan()[..wanted];
        int read = 0;
        while (read < before + length)
        {
            // What came short, but for the file's end, came in whole pages.
            int count = Read(destination[read..], offset - before + read);
            read += count;
            if (count == 0 || (_isDirect && read % DirectAccess.Alignment != 0))
            {
                break;
            }
        }

        return destination[Math.Min(before, read)..Math.Min(before + length, read)];
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private int Read(Span<byte> destination, long offset)
    {
        bool wasDirect = _isDirect;
        try
        {
            return RandomAccess.Read(file, destination, offset);
        }
        catch (IOException) when (wasDirect)
        {
            // Some file systems take the flag and then refuse to read; an error of another kind comes again.
            DirectAccess.TrySet(file, isDirect: false);
            _isDirect = false;
            return RandomAccess.Read(file, destination, offset);
        }
    }
}
