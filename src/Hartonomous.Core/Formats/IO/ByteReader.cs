using System.Buffers.Binary;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.IO;

/// <summary>
/// A cursor over a <see cref="ByteSource"/> for headers: every read is held against the bytes that remain, and reads go through a small
/// window, so that a header costs few system calls and nothing beyond it is touched.
/// </summary>
/// <param name="source">The bytes; not owned.</param>
/// <param name="truncatedCode">Code of the error that says the file ends too early.</param>
public sealed class ByteReader(ByteSource source, string truncatedCode)
{
    /// <summary>The longest run of bytes that <see cref="Take"/> gives, and the most that is read beyond a header.</summary>
    public const int WindowSize = 64 * 1024;

    private readonly byte[] _window = new byte[(int)Math.Min(WindowSize, Math.Max(16, source.Length))];
    private long _windowStart;
    private int _windowLength;

    /// <summary>The bytes read from.</summary>
    public ByteSource Source => source;

    /// <summary>Where the next read begins.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes between <see cref="Position"/> and the end.</summary>
    public long Remaining => source.Length - Position;

    /// <summary>Byte order of the numbers read.</summary>
    public ByteOrder Order { get; set; }

    /// <summary>Reads one byte.</summary>
    public byte ReadByte(string what) => Take(1, what)[0];

    /// <summary>Reads a 16-bit unsigned number.</summary>
    public ushort ReadUInt16(string what)
    {
        ReadOnlySpan<byte> bytes = Take(2, what);
        return Order == ByteOrder.Little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    /// <summary>Reads a 32-bit unsigned number.</summary>
    public uint ReadUInt32(string what)
    {
        ReadOnlySpan<byte> bytes = Take(4, what);
        return Order == ByteOrder.Little ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }

    /// <summary>Reads a 64-bit unsigned number.</summary>
    public ulong ReadUInt64(string what)
    {
        ReadOnlySpan<byte> bytes = Take(8, what);
        return Order == ByteOrder.Little ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }

    /// <summary>Reads <paramref name="count"/> bytes into a new array. The count is held against the file before anything is allocated.</summary>
    public byte[] ReadBytes(int count, string what)
    {
        Require(count, what);
        byte[] bytes = new byte[count];
        int buffered = (int)Math.Clamp(_windowStart + _windowLength - Position, 0, count);
        if (Position >= _windowStart && buffered > 0)
        {
            _window.AsSpan((int)(Position - _windowStart), buffered).CopyTo(bytes);
        }
        else
        {
            buffered = 0;
        }

        source.ReadCore(Position + buffered, bytes.AsSpan(buffered));
        Position += count;
        return bytes;
    }

    /// <summary>Passes over <paramref name="count"/> bytes without reading them.</summary>
    public void Skip(long count, string what)
    {
        Require(count, what);
        Position += count;
    }

    /// <summary>Fails unless <paramref name="count"/> more bytes are there.</summary>
    /// <exception cref="ModelFormatException">They are not.</exception>
    public void Require(long count, string what)
    {
        if (count < 0 || count > Remaining)
        {
            throw new ModelFormatException(
                truncatedCode, source.Name, Position, $"{what} needs {(ulong)count} bytes, but {Remaining} remain");
        }
    }

    /// <summary>The next <paramref name="count"/> bytes, few enough for the window; valid until the next read.</summary>
    public ReadOnlySpan<byte> Take(int count, string what)
    {
        Require(count, what);
        if (Position < _windowStart || Position + count > _windowStart + _windowLength)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _window.Length);

            // What the window still holds moves to its front, so that no byte is read twice.
            int kept = Position < _windowStart ? 0 : (int)Math.Max(_windowStart + _windowLength - Position, 0);
            _window.AsSpan(_windowLength - kept, kept).CopyTo(_window);
            _windowLength = (int)Math.Min(_window.Length, source.Length - Position);
            _windowStart = Position;
            source.ReadCore(Position + kept, _window.AsSpan(kept, _windowLength - kept));
        }

        ReadOnlySpan<byte> bytes = _window.AsSpan((int)(Position - _windowStart), count);
        Position += count;
        return bytes;
    }
}
