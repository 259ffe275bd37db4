using System.Text;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Protobuf;

/// <summary>
/// A cursor over the fields of a protobuf message of any length. It reads tags, numbers and lengths through a small window and passes over
/// the content of length-delimited fields unread; that is entered, or read, only when asked for. Nothing is allocated but for
/// texts, and nothing is read twice but for windows. Positions are 64-bit. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// <para>Encoding: <see href="https://protobuf.dev/programming-guides/encoding/"/>. Numbers longer than they need to be are accepted.</para>
/// <para>
/// Fields: <c>while (reader.Next()) { switch (reader.Field) ... }</c>; a field that is not asked about is thereby skipped. A message within
/// it: <see cref="Enter()"/>, its fields in the same way, <see cref="Leave"/>. Packed numbers: <see cref="Enter()"/>, then
/// <see cref="ReadVarint"/>, <see cref="ReadFixed32"/> or <see cref="ReadFixed64"/> as long as <see cref="HasMore"/>, then <see cref="Leave"/>.
/// A range noted earlier can be entered again later, from the message that holds it.
/// </para>
/// </remarks>
public sealed class ProtobufReader
{
    /// <summary>The deepest nesting that the parsers of protobuf itself accept.</summary>
    public const int DefaultMaxDepth = 100;

    private const int WindowSize = 8 * 1024;
    private const int MaxFieldNumber = (1 << 29) - 1;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly int _maxDepth;
    private readonly byte[] _window;
    private readonly Stack<(long Start, long End, long Resume)> _outer = new();
    private long _windowStart;
    private int _windowLength;
    private long _start;
    private ulong _number;
    private ProtobufRange _range;

    /// <summary>Begins at the first field of a message.</summary>
    /// <param name="source">The bytes; not owned.</param>
    /// <param name="message">Where in the source the message lies; the whole source where null.</param>
    /// <param name="maxDepth">How deep messages may lie in this one.</param>
    public ProtobufReader(ByteSource source, ProtobufRange? message = null, int maxDepth = DefaultMaxDepth)
    {
        ArgumentNullException.ThrowIfNull(source);
        Source = source;
        ProtobufRange range = message ?? new ProtobufRange(0, source.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(range.Offset, nameof(message));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.End, source.Length, nameof(message));
        _maxDepth = maxDepth;
        _window = new byte[(int)Math.Min(WindowSize, source.Length)];
        _start = Position = range.Offset;
        End = range.End;
    }

    /// <summary>The bytes read from.</summary>
    public ByteSource Source { get; }

    /// <summary>Where the next field, or the next packed number, begins.</summary>
    public long Position { get; private set; }

    /// <summary>Where the message that is being read ends.</summary>
    public long End { get; private set; }

    /// <summary>How many messages have been entered and not left.</summary>
    public int Depth => _outer.Count;

    /// <summary>Whether the message goes on.</summary>
    public bool HasMore => Position < End;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>How the current field is written.</summary>
    public ProtobufWireType WireType { get; private set; }

    /// <summary>Where the tag of the current field begins.</summary>
    public long FieldOffset { get; private set; }

    /// <summary>Goes to the next field of the message; the content of a length-delimited one is passed over, and can be asked for.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="ModelFormatException">There is no valid field.</exception>
    public bool Next()
    {
        if (!HasMore)
        {
            return false;
        }

        FieldOffset = Position;
        ulong tag = ReadVarint();
        ulong field = tag >> 3;
        if (field is 0 or > MaxFieldNumber)
        {
            throw Error(ProtobufErrorCodes.FieldNumber, FieldOffset, $"the field number is {field}, 1 to {MaxFieldNumber} are possible");
        }

        Field = (int)field;
        WireType = (ProtobufWireType)(tag & 7);
        switch (WireType)
        {
            case ProtobufWireType.Varint:
                _number = ReadVarint();
                break;
            case ProtobufWireType.Fixed64:
                _number = ReadFixed64();
                break;
            case ProtobufWireType.Fixed32:
                _number = ReadFixed32();
                break;
            case ProtobufWireType.LengthDelimited:
                PassOver();
                break;
            default:
                throw (tag & 7) is 3 or 4
                    ? Error(ProtobufErrorCodes.Group, FieldOffset, $"field {Field} is a group")
                    : Error(ProtobufErrorCodes.WireType, FieldOffset, $"field {Field} has the wire type {tag & 7}");
        }

        return true;
    }

    /// <summary>The current field as a 64-bit unsigned number.</summary>
    /// <exception cref="ModelFormatException">It is not written as a varint (<c>PROTOBUF_FIELD_TYPE</c>).</exception>
    public ulong GetUInt64()
    {
        Require(ProtobufWireType.Varint);
        return _number;
    }

    /// <summary>The current field as a 64-bit signed number (int64, not sint64).</summary>
    /// <exception cref="ModelFormatException">As for <see cref="GetUInt64"/>.</exception>
    public long GetInt64() => (long)GetUInt64();

    /// <summary>The current field as a 32-bit signed number or enumeration; as in protobuf's own parsers its low 32 bits count.</summary>
    /// <exception cref="ModelFormatException">As for <see cref="GetUInt64"/>.</exception>
    public int GetInt32() => (int)GetUInt64();

    /// <summary>The current field as a bool.</summary>
    /// <exception cref="ModelFormatException">As for <see cref="GetUInt64"/>.</exception>
    public bool GetBool() => GetUInt64() != 0;

    /// <summary>The four bytes of the current field.</summary>
    /// <exception cref="ModelFormatException">It is not written as four bytes (<c>PROTOBUF_FIELD_TYPE</c>).</exception>
    public uint GetFixed32()
    {
        Require(ProtobufWireType.Fixed32);
        return (uint)_number;
    }

    /// <summary>The eight bytes of the current field.</summary>
    /// <exception cref="ModelFormatException">It is not written as eight bytes (<c>PROTOBUF_FIELD_TYPE</c>).</exception>
    public ulong GetFixed64()
    {
        Require(ProtobufWireType.Fixed64);
        return _number;
    }

    /// <summary>Where the content of the current field lies.</summary>
    /// <exception cref="ModelFormatException">It is not length-delimited (<c>PROTOBUF_FIELD_TYPE</c>).</exception>
    public ProtobufRange GetRange()
    {
        Require(ProtobufWireType.LengthDelimited);
        return _range;
    }

    /// <summary>The current field as text.</summary>
    /// <param name="maxBytes">Longest text that is accepted, in bytes.</param>
    /// <exception cref="ModelFormatException">
    /// It is not length-delimited (<c>PROTOBUF_FIELD_TYPE</c>), too long (<c>PROTOBUF_TEXT_LENGTH</c>) or no valid UTF-8 (<c>PROTOBUF_UTF8</c>).
    /// </exception>
    public string GetText(int maxBytes) => ReadText(GetRange(), maxBytes);

    /// <summary>Text in a range that the reader gave.</summary>
    /// <param name="range">The range.</param>
    /// <param name="maxBytes">Longest text that is accepted, in bytes.</param>
    /// <exception cref="ModelFormatException">As for <see cref="GetText"/>.</exception>
    public string ReadText(ProtobufRange range, int maxBytes)
    {
        if (range.Length > maxBytes)
        {
            throw Error(ProtobufErrorCodes.TextLength, range.Offset, $"a text has {range.Length} bytes, {maxBytes} are accepted");
        }

        byte[] bytes = new byte[range.Length];
        Copy(range.Offset, bytes);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new ModelFormatException(
                ProtobufErrorCodes.Utf8, Source.Name, range.Offset + error.Index, "a text is not valid UTF-8", error);
        }
    }

    /// <summary>
    /// The beginning of a text for people to read: cut after <paramref name="maxBytes"/>, with replacement characters for what is no valid
    /// UTF-8. The cut falls between characters.
    /// </summary>
    public string ReadTextStart(ProtobufRange range, int maxBytes)
    {
        byte[] bytes = new byte[(int)Math.Min(range.Length, maxBytes)];
        Copy(range.Offset, bytes);
        int length = bytes.Length;
        if (length < range.Length)
        {
            // A character has at most three bytes after its first.
            int back = 0;
            while (back < 3 && length - back > 0 && (bytes[length - back - 1] & 0xC0) == 0x80)
            {
                back++;
            }

            int first = length - back - 1;
            int width = first < 0 ? 1 : bytes[first] switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
            length = width > back + 1 ? first : length;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>Whether a range holds exactly these bytes.</summary>
    public bool ContentEquals(ProtobufRange range, ReadOnlySpan<byte> expected)
    {
        if (range.Length != expected.Length)
        {
            return false;
        }

        Span<byte> bytes = expected.Length <= 256 ? stackalloc byte[expected.Length] : new byte[expected.Length];
        Copy(range.Offset, bytes);
        return bytes.SequenceEqual(expected);
    }

    /// <summary>Goes into the message, or the packed numbers, that the current field holds.</summary>
    /// <exception cref="ModelFormatException">
    /// The field is not length-delimited (<c>PROTOBUF_FIELD_TYPE</c>), or too many messages lie around it (<c>PROTOBUF_DEPTH</c>).
    /// </exception>
    public void Enter() => Enter(GetRange());

    /// <summary>Goes into a range that the reader gave while it was in the same message.</summary>
    /// <exception cref="ModelFormatException">Too many messages lie around it (<c>PROTOBUF_DEPTH</c>).</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not one of the current message.</exception>
    public void Enter(ProtobufRange range)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(range.Offset, _start, nameof(range));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(range.End, End, nameof(range));
        if (Depth >= _maxDepth)
        {
            throw Error(ProtobufErrorCodes.Depth, range.Offset, $"messages lie more than {_maxDepth} deep in one another");
        }

        _outer.Push((_start, End, Position));
        (_start, End, Position) = (range.Offset, range.End, range.Offset);
    }

    /// <summary>Goes back to the message around the current one, to where it was when that was entered.</summary>
    public void Leave() => (_start, End, Position) = _outer.Pop();

    /// <summary>Goes to a field, or to a packed number, of the current message.</summary>
    /// <param name="position">A <see cref="Position"/> noted in the same message.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is not within the current message.</exception>
    public void MoveTo(long position)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(position, _start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, End);
        Position = position;
    }

    /// <summary>Reads a number without a tag, as packed fields hold them.</summary>
    /// <exception cref="ModelFormatException">The message ends within it, or it has more than 64 bits.</exception>
    public ulong ReadVarint()
    {
        long start = Position;
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = ReadByte(start);
            if (shift == 63 && next > 1)
            {
                throw Error(ProtobufErrorCodes.Varint, start, "a number has more than 64 bits");
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    /// <summary>Reads four bytes without a tag.</summary>
    /// <exception cref="ModelFormatException">The message ends within them.</exception>
    public uint ReadFixed32() => (uint)ReadFixed(4);

    /// <summary>Reads eight bytes without a tag.</summary>
    /// <exception cref="ModelFormatException">The message ends within them.</exception>
    public ulong ReadFixed64() => ReadFixed(8);

    /// <summary>An error of this source.</summary>
    internal ModelFormatException Error(string code, long offset, string problem) => new(code, Source.Name, offset, problem);

    private void PassOver()
    {
        long at = Position;
        ulong length = ReadVarint();
        if (length > (ulong)(End - Position))
        {
            throw Error(
                ProtobufErrorCodes.Length, at, $"field {Field} is said to have {length} bytes, but {End - Position} remain in its message");
        }

        _range = new ProtobufRange(Position, (long)length);
        Position = _range.End;
    }

    private void Require(ProtobufWireType expected)
    {
        if (WireType != expected)
        {
            throw Error(ProtobufErrorCodes.FieldType, FieldOffset, $"field {Field} is written as {WireType}, {expected} is expected");
        }
    }

    private ulong ReadFixed(int width)
    {
        long start = Position;
        ulong value = 0;
        for (int shift = 0; shift < 8 * width; shift += 8)
        {
            value |= (ulong)ReadByte(start) << shift;
        }

        return value;
    }

    private byte ReadByte(long start)
    {
        if (Position >= End)
        {
            throw Error(ProtobufErrorCodes.Truncated, start, $"the message ends at {End}, within a tag, a number or a length");
        }

        long at = Position - _windowStart;
        if ((ulong)at >= (ulong)_windowLength)
        {
            // Nothing beyond the source's end is there; what lies beyond the message's is read but never looked at.
            int length = (int)Math.Min(_window.Length, Source.Length - Position);
            _windowLength = 0;
            Source.ReadExactly(Position, _window.AsSpan(0, length));
            (_windowStart, _windowLength, at) = (Position, length, 0);
        }

        Position++;
        return _window[at];
    }

    private void Copy(long offset, Span<byte> destination)
    {
        long at = offset - _windowStart;
        if (at >= 0 && at <= _windowLength && destination.Length <= _windowLength - at)
        {
            _window.AsSpan((int)at, destination.Length).CopyTo(destination);
        }
        else
        {
            Source.ReadExactly(offset, destination);
        }
    }
}
