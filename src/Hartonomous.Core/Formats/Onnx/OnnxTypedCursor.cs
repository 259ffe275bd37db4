using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>Walks the numbers of a typed field in their order.</summary>
internal sealed class OnnxTypedCursor(ByteSource file, OnnxTypedData data)
{
    private readonly ProtobufReader _reader = new(file, data.Message);

    /// <summary>
    /// Where the next number is looked for: a place in the file, and the end of the packed run around it, or -1 outside any.
    /// </summary>
    public (long Position, long RunEnd) Place => (_reader.Position, _reader.Depth > 0 ? _reader.End : -1);

    /// <summary>Goes back, or on, to a place noted before.</summary>
    public void MoveTo((long Position, long RunEnd) place)
    {
        if (_reader.Depth > 0)
        {
            _reader.Leave();
        }

        if (place.RunEnd < 0)
        {
            _reader.MoveTo(place.Position);
            return;
        }

        _reader.MoveTo(place.RunEnd);
        _reader.Enter(new ProtobufRange(place.Position, place.RunEnd - place.Position));
    }

    /// <summary>The next number, of whose little-endian bytes the first <see cref="OnnxDataType.Width"/> are content.</summary>
    /// <returns>False where there are no more.</returns>
    /// <exception cref="ModelFormatException">The field is broken, or the number does not fit the type
    /// (<c>ONNX_VALUE_RANGE</c>).</exception>
    public bool TryRead(out ulong number)
    {
        while (true)
        {
            if (_reader.Depth > 0)
            {
                if (_reader.HasMore)
                {
                    number = ReadPacked();
                    return true;
                }

                _reader.Leave();
            }

            if (!_reader.Next())
            {
                number = 0;
                return false;
            }

            if (_reader.Field == data.Field)
            {
                if (_reader.WireType != ProtobufWireType.LengthDelimited)
                {
                    number = GetSingle();
                    return true;
                }

                _reader.Enter();
            }
        }
    }

    private ulong ReadPacked()
    {
        long start = _reader.Position;
        return !data.Type.IsFixed ? Check(_reader.ReadVarint(), start)
            : data.Type.Width == 4 ? _reader.ReadFixed32()
            : _reader.ReadFixed64();
    }

    private ulong GetSingle() =>
        !data.Type.IsFixed ? Check(_reader.GetUInt64(), _reader.FieldOffset)
        : data.Type.Width == 4 ? _reader.GetFixed32()
        : _reader.GetFixed64();

    private ulong Check(ulong number, long offset)
    {
        // Of an int32 the low 32 bits count, as in protobuf's own parsers.
        long value = data.Type.Field == OnnxFields.Tensor.Int32Data ? (int)number : (long)number;
        return value >= data.Type.Min && value <= data.Type.Max
            ? (ulong)value
            : throw new ModelFormatException(
                OnnxErrorCodes.ValueRange,
                file.Name,
                offset,
                $"{value} stands where a value of {data.Type.Name} from {data.Type.Min} to {data.Type.Max} belongs");
    }
}
