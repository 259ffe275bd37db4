using Hartonomous.Core.Formats.IO;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage;

/// <summary>
/// Writes a file from a place on to its end, for good: past the system's cache where the system allows it, so that the disk works from the
/// first buffer on while the next is being filled; else through the cache with an <see cref="EarlyFlush"/>. Used by one thread at a time.
/// </summary>
/// <remarks>
/// Direct writes are whole pages. So between <see cref="Flush"/> and the next bytes up to a page of zeros lies behind the last, and the page
/// that is written anew when the next bytes come holds the same bytes as before up to their place.
/// </remarks>
internal sealed class SequentialWriter : IDisposable
{
    private const int BufferBytes = 4 << 20;

    /// <summary>One is being filled while two are on their way.</summary>
    private const int Buffers = 3;

    private readonly SafeFileHandle _file;
    private readonly bool _leavesHoles;
    private readonly EarlyFlush _early;
    private readonly Slab?[] _buffers = new Slab?[Buffers];
    private readonly Task[] _writes = [.. Enumerable.Repeat(Task.CompletedTask, Buffers)];
    private bool _isDirect;
    private bool _isProved;
    private int _current;
    private long _start;
    private int _fill;

    /// <param name="file">
    /// The file, open for writing, and for reading too where <paramref name="position"/> is not 0; stays the caller's.
    /// </param>
    /// <param name="position">Where the first bytes go: the file's end.</param>
    /// <param name="leavesHoles">Whether megabytes of zeros become holes; only in a file that was empty.</param>
    /// <param name="isDirect">Whether direct access is tried.</param>
    public SequentialWriter(SafeFileHandle file, long position = 0, bool leavesHoles = false, bool isDirect = true)
    {
        _file = file;
        _leavesHoles = leavesHoles;
        _early = new EarlyFlush(file);
        _fill = (int)(position % DirectAccess.Alignment);
        _start = position - _fill;
        if (_fill > 0)
        {
            Span<byte> page = Current.GetSpan()[.._fill];
            for (int read = 0; read < page.Length;)
            {
                int count = RandomAccess.Read(file, page[read..], _start + read);
                read += count > 0 ? count : throw new EndOfStreamException($"the file ends before {position}, where writing is to go on");
            }
        }

        _isDirect = isDirect && DirectAccess.TrySet(file, isDirect: true);
    }

    /// <summary>Where the next bytes go.</summary>
    public long Position => _start + _fill;

    private Slab Current => _buffers[_current] ??= new Slab(BufferBytes);

    /// <summary>Takes bytes to write.</summary>
    /// <exception cref="IOException">These, or bytes given earlier, cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int count = Math.Min(bytes.Length, BufferBytes - _fill);
            bytes[..count].CopyTo(Current.GetSpan()[_fill..]);
            bytes = bytes[count..];
            _fill += count;
            if (_fill == BufferBytes)
            {
                Begin();
            }
        }
    }

    /// <summary>Hands all bytes to the disk.</summary>
    /// <exception cref="IOException">Some of the bytes cannot be written.</exception>
    public void Flush()
    {
        WriteRest();
        RandomAccess.FlushToDisk(_file);
        int whole = _fill - (_fill % DirectAccess.Alignment);
        Span<byte> buffer = Current.GetSpan();
        buffer[whole.._fill].CopyTo(buffer);
        _start += whole;
        _fill -= whole;
    }

    /// <summary>Hands all bytes to the disk, and ends the file with the last of them.</summary>
    /// <exception cref="IOException">Some of the bytes cannot be written.</exception>
    public void Complete()
    {
        WriteRest();
        RandomAccess.SetLength(_file, Position);
        RandomAccess.FlushToDisk(_file);
    }

    /// <summary>Ends; what was not flushed may or may not be in the file.</summary>
    public void Dispose()
    {
        _early.WaitSilently();
        foreach (Task write in _writes)
        {
            Task.WaitAny(write);
        }

        foreach (IDisposable? buffer in _buffers)
        {
            buffer?.Dispose();
        }
    }

    /// <summary>Begins to write the full buffer, and turns to the next as soon as that is free.</summary>
    private void Begin()
    {
        long start = _start;
        Slab buffer = Current;
        if (_isDirect && _isProved)
        {
            _writes[_current] = Task.Factory.StartNew(
                () => Write(buffer.GetSpan(), start), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        else
        {
            WriteNow(buffer.GetSpan());
        }

        _start += BufferBytes;
        _fill = 0;
        _current = (_current + 1) % Buffers;
        _writes[_current].GetAwaiter().GetResult();
    }

    /// <summary>Writes all that is in the buffers.</summary>
    private void WriteRest()
    {
        foreach (Task write in _writes)
        {
            write.GetAwaiter().GetResult();
        }

        if (_fill > 0)
        {
            int length = _fill;
            if (_isDirect)
            {
                length = (_fill + DirectAccess.Alignment - 1) / DirectAccess.Alignment * DirectAccess.Alignment;
                Current.GetSpan()[_fill..length].Clear();
            }

            WriteNow(Current.GetSpan()[..length]);
        }

        _early.Wait();
    }

    /// <summary>
    /// Writes on the caller's thread. The first bytes go this way: some file systems take the flag for direct access and then refuse to write.
    /// </summary>
    private void WriteNow(Span<byte> bytes)
    {
        try
        {
            Write(bytes, _start);
            _isProved = true;
        }
        catch (IOException) when (_isDirect && !_isProved)
        {
            DirectAccess.TrySet(_file, isDirect: false);
            _isDirect = false;
            Write(bytes, _start);
        }

        if (!_isDirect)
        {
            _early.Advance(bytes.Length);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        if (!_leavesHoles || bytes.ContainsAnyExcept((byte)0))
        {
            RandomAccess.Write(_file, bytes, offset);
        }
    }
}
