using System.Buffers.Binary;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// The content of a tensor whose values stand in a typed field. Numbers are decoded as they are read; places noted on the way, one in
/// 65,536 numbers, make reads anywhere possible without decoding from the beginning. Does not own the file.
/// </summary>
internal sealed class OnnxTypedByteSource(ByteSource file, OnnxTypedData data, long length) : ByteSource
{
    private const int PlaceInterval = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly OnnxTypedCursor _cursor = new(file, data);
    private readonly List<(long Position, long RunEnd)> _places = [];
    private long _next;

    public override string Name => file.Name;

    public override long Length { get; } = length;

    public override DateTime LastWriteTimeUtc => file.LastWriteTimeUtc;

    public override bool HasChanged() => file.HasChanged();

    protected internal override void ReadCore(long offset, Span<byte> destination)
    {
        int width = data.Type.Width;
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        lock (_lock)
        {
            MoveTo(offset / width);
            for (int within = (int)(offset % width); destination.Length > 0; within = 0)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, ReadNext());
                Span<byte> part = bytes[within..width];
                part = part[..Math.Min(part.Length, destination.Length)];
                part.CopyTo(destination);
                destination = destination[part.Length..];
            }
        }
    }

    private void MoveTo(long number)
    {
        int place = (int)Math.Min(number / PlaceInterval, _places.Count - 1);
        if (place >= 0 && (number < _next || (long)place * PlaceInterval > _next))
        {
            _cursor.MoveTo(_places[place]);
            _next = (long)place * PlaceInterval;
        }

        while (_next < number)
        {
            ReadNext();
        }
    }

    private ulong ReadNext()
    {
        if (_next == (long)_places.Count * PlaceInterval)
        {
            _places.Add(_cursor.Place);
        }

        // The numbers were counted when the model was opened.
        if (!_cursor.TryRead(out ulong number))
        {
            throw new ModelFormatException(
                FormatErrorCodes.FileTruncated, Name, data.Message.Offset, "a tensor has fewer values than when the file was opened");
        }

        _next++;
        return number;
    }
}
