using System.Buffers.Binary;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// The values of a constant that are written one by one, as row-major little-endian bytes. They are counted once when the source is made,
/// with a note of the place of every 65,536th, and decoded when they are read; behind the last one it repeats itself, and where there is
/// none
/// all are zero (<c>FromProtoField</c> in <c>tensorflow/core/framework/tensor.cc</c>).
/// </summary>
internal sealed class ValuesByteSource : ByteSource
{
    private const int NoteEvery = 65_536;

    private readonly ByteSource _file;
    private readonly ValuesCursor _cursor;
    private readonly List<(long Field, long Packed)> _notes = [];
    private readonly Lock _gate = new();
    private readonly int _width;
    private readonly bool _isBool;
    private readonly byte[] _last;
    private readonly long _storedBytes;
    private long _next;

    /// <summary>Counts the values.</summary>
    /// <param name="file">The file; not owned.</param>
    /// <param name="message">Where in it the TensorProto lies.</param>
    /// <param name="field">The field with the values.</param>
    /// <param name="tensor">The constant.</param>
    /// <exception cref="ModelFormatException">The values are damaged, or more than the shape has.</exception>
    public ValuesByteSource(ByteSource file, ProtobufRange message, ValueField field, TensorInfo tensor)
    {
        _file = file;
        _cursor = new ValuesCursor(file, message, field);
        _width = tensor.Dtype.Layout().Bytes / field.Lanes;
        _isBool = tensor.Dtype == TensorDtype.BOOL;
        _last = new byte[_width * field.Lanes];
        Length = tensor.SizeBytes;

        long count = 0;
        long most = Length / _width;
        (long Field, long Packed) place = _cursor.Place;
        while (_cursor.TryRead(out ulong value))
        {
            if (count == most)
            {
                throw Refused($"has more than the {most} numbers that {tensor.Dtype} {tensor.Shape} needs");
            }

            if (count % NoteEvery == 0)
            {
                _notes.Add(place);
            }

            Write(value, _last.AsSpan((int)(count % field.Lanes) * _width, _width));
            count++;
            place = _cursor.Place;
        }

        if (count % field.Lanes != 0)
        {
            throw Refused("ends in half a complex number");
        }

        _storedBytes = count * _width;
        _next = count;

        ModelFormatException Refused(string problem) => new(
            TensorFlowErrorCodes.ValueCount, file.Name, message.Offset, $"the constant {ErrorText.Quote(tensor.Name)} {problem}");
    }

    /// <inheritdoc/>
    public override string Name => _file.Name;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override DateTime LastWriteTimeUtc => _file.LastWriteTimeUtc;

    /// <inheritdoc/>
    public override bool HasChanged() => _file.HasChanged();

    /// <inheritdoc/>
    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        if (offset < _storedBytes)
        {
            int stored = (int)Math.Min(destination.Length, _storedBytes - offset);
            lock (_gate)
            {
                ReadStored(offset, destination[..stored]);
            }

            offset += stored;
            destination = destination[stored..];
        }

        for (int i = 0, at = (int)(offset % _last.Length); i < destination.Length; i++, at = at + 1 == _last.Length ? 0 : at + 1)
        {
            destination[i] = _last[at];
        }
    }

    private void ReadStored(long offset, Span<byte> destination)
    {
        MoveTo(offset / _width);
        int within = (int)(offset % _width);
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        while (destination.Length > 0)
        {
            Write(Read(), number[.._width]);
            int count = Math.Min(_width - within, destination.Length);
            number.Slice(within, count).CopyTo(destination);
            destination = destination[count..];
            within = 0;
        }
    }

    private void MoveTo(long index)
    {
        if (index < _next || index / NoteEvery > _next / NoteEvery)
        {
            long note = index / NoteEvery;
            _cursor.MoveTo(_notes[(int)note]);
            _next = note * NoteEvery;
        }

        while (_next < index)
        {
            Read();
        }
    }

    private ulong Read()
    {
        // They were counted when the source was made; a file that is written to meanwhile may have fewer.
        if (!_cursor.TryRead(out ulong value))
        {
            throw new ModelFormatException(FormatErrorCodes.FileTruncated, Name, null, "the file has changed since it was opened");
        }

        _next++;
        return value;
    }

    private void Write(ulong value, Span<byte> destination)
    {
        switch (_width)
        {
            case 1:
                destination[0] = _isBool && value != 0 ? (byte)1 : (byte)value;
                break;
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)value);
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(destination, (uint)value);
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(destination, value);
                break;
        }
    }
}
