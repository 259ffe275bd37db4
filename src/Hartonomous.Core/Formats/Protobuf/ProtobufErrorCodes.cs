namespace Hartonomous.Core.Formats.Protobuf;

/// <summary>Codes of the errors of protobuf messages, whatever the message is. They are stable: scripts may rely on them.</summary>
public static class ProtobufErrorCodes
{
    /// <summary>The message ends within a tag, a number or a length.</summary>
    public const string Truncated = "PROTOBUF_TRUNCATED";

    /// <summary>A number has more than 64 bits, or more than 10 bytes.</summary>
    public const string Varint = "PROTOBUF_VARINT";

    /// <summary>The number of a field is 0 or beyond 2^29 - 1.</summary>
    public const string FieldNumber = "PROTOBUF_FIELD_NUMBER";

    /// <summary>The wire type is 6 or 7, which do not exist.</summary>
    public const string WireType = "PROTOBUF_WIRE_TYPE";

    /// <summary>A field is a group (wire types 3 and 4), which no model format uses.</summary>
    public const string Group = "PROTOBUF_GROUP";

    /// <summary>A field is written in another way than its type allows: a number where text belongs, say.</summary>
    public const string FieldType = "PROTOBUF_FIELD_TYPE";

    /// <summary>A length reaches past the end of the message around it.</summary>
    public const string Length = "PROTOBUF_LENGTH";

    /// <summary>Messages lie within one another deeper than is accepted.</summary>
    public const string Depth = "PROTOBUF_DEPTH";

    /// <summary>A text is longer than is accepted.</summary>
    public const string TextLength = "PROTOBUF_TEXT_LENGTH";

    /// <summary>A text is not valid UTF-8.</summary>
    public const string Utf8 = "PROTOBUF_UTF8";
}
