namespace Hartonomous.Core.Formats.IO;

/// <summary>
/// Bytes that can be read at any place: a file, a part of one, several one after the other. Reads are positioned and may run on several
/// threads at once.
/// </summary>
/// <remarks>
/// Files are read, not memory-mapped: a mapped file that shrinks, or lies on a share that goes away, ends the process with a signal that
/// managed code cannot catch; a short read ends in an error.
/// </remarks>
public abstract class ByteSource : IDisposable
{
    /// <summary>The name used in errors.</summary>
    public abstract string Name { get; }

    /// <summary>Length in bytes when the source was opened.</summary>
    public abstract long Length { get; }

    /// <summary>When the bytes were last written, as of the opening; <see cref="DateTime.MinValue"/> where they are no file's.</summary>
    public virtual DateTime LastWriteTimeUtc => DateTime.MinValue;

    /// <summary>Whether the bytes may have changed since the source was opened: the file was written to, cut or extended.</summary>
    public virtual bool HasChanged() => false;

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/> on.</summary>
    /// <exception cref="ModelFormatException">The range reaches past the end (<c>FILE_TRUNCATED</c>).</exception>
    public void ReadExactly(long offset, Span<byte> destination)
    {
        if (offset < 0 || offset > Length || destination.Length > Length - offset)
        {
            throw new ModelFormatException(
                FormatErrorCodes.FileTruncated, Name, offset, $"{destination.Length} bytes are needed, but the file ends at {Length}");
        }

        ReadCore(offset, destination);
    }

    /// <summary>The bytes from <paramref name="offset"/> on, <paramref name="length"/> of them, as a source of their own.</summary>
    /// <remarks>The slice does not own this source: disposing it leaves this source open.</remarks>
    public ByteSource Slice(long offset, long length) => new SliceByteSource(this, offset, length);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads a range that is known to lie within <see cref="Length"/>.</summary>
    protected internal abstract void ReadCore(long offset, Span<byte> destination);

    /// <summary>
    /// How many of the next bytes, at most <paramref name="most"/>, are best read at once, so that no part of the source is read twice;
    /// 0 where that takes more.
    /// </summary>
    internal virtual int WholeRead(long offset, int most) => most;

    /// <summary>
    /// Says that the bytes will be read once, from the first to the last and by one thread at a time, so that nobody need keep what has
    /// been read.
    /// </summary>
    /// <param name="scratch">A buffer that the source may use while it reads, as long as it is not disposed.</param>
    internal virtual void ExpectSingleReading(Slab scratch)
    {
    }

    /// <summary>Frees what the source holds open.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
