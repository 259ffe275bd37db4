using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.Protobuf;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>Goes through the numbers of one field of a TensorProto, packed or not, and can go back to a place it was at.</summary>
internal sealed class ValuesCursor
{
    private readonly ProtobufReader _reader;
    private readonly ValueField _field;
    private long _fieldOffset;

    /// <summary>Begins before the first number.</summary>
    /// <param name="source">The file; not owned.</param>
    /// <param name="message">Where in it the TensorProto lies.</param>
    /// <param name="field">The field.</param>
    public ValuesCursor(ByteSource source, ProtobufRange message, ValueField field)
    {
        _reader = new ProtobufReader(source, message);
        _field = field;
        _fieldOffset = message.Offset;
    }

    /// <summary>Where the cursor is: the beginning of a field, and the place among its packed numbers or -1.</summary>
    public (long Field, long Packed) Place => _reader.Depth > 0 ? (_fieldOffset, _reader.Position) : (_reader.Position, -1);

    /// <summary>Goes back to a place.</summary>
    public void MoveTo((long Field, long Packed) place)
    {
        if (_reader.Depth > 0)
        {
            _reader.Leave();
        }

        _reader.MoveTo(place.Field);
        if (place.Packed >= 0)
        {
            _reader.Next();
            _fieldOffset = place.Field;
            _reader.Enter();
            _reader.MoveTo(place.Packed);
        }
    }

    /// <summary>Reads the next number.</summary>
    /// <returns>False behind the last.</returns>
    public bool TryRead(out ulong value)
    {
        while (true)
        {
            if (_reader.Depth > 0)
            {
                if (_reader.HasMore)
                {
                    value = _field.FixedWidth switch { 4 => _reader.ReadFixed32(), 8 => _reader.ReadFixed64(), _ => _reader.ReadVarint() };
                    return true;
                }

                _reader.Leave();
            }

            if (!_reader.Next())
            {
                value = 0;
                return false;
            }

            if (_reader.Field != _field.Number)
            {
                continue;
            }

            if (_reader.WireType == ProtobufWireType.LengthDelimited)
            {
                _fieldOffset = _reader.FieldOffset;
                _reader.Enter();
                continue;
            }

            value = _field.FixedWidth switch { 4 => _reader.GetFixed32(), 8 => _reader.GetFixed64(), _ => _reader.GetUInt64() };
            return true;
        }
    }
}
