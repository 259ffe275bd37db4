namespace Hartonomous.Core.Formats.Protobuf;

/// <summary>How a field's value is written, the low three bits of its tag.</summary>
public enum ProtobufWireType
{
    /// <summary>A number of 1 to 10 bytes: the integers, bool, enumerations.</summary>
    Varint = 0,

    /// <summary>Eight bytes: fixed64, sfixed64, double.</summary>
    Fixed64 = 1,

    /// <summary>A length and that many bytes: text, bytes, messages, packed numbers.</summary>
    LengthDelimited = 2,

    /// <summary>Four bytes: fixed32, sfixed32, float.</summary>
    Fixed32 = 5,
}
