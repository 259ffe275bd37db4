namespace Hartonomous.Core.Formats.Protobuf;

/// <summary>Looks at the first bytes of what may be a protobuf message, of which the rest is not at hand.</summary>
internal static class ProtobufPeek
{
    /// <summary>
    /// Takes the tag and the number of a field off <paramref name="bytes"/>, or its tag and length; the content of a length-delimited field
    /// stays at the beginning of <paramref name="bytes"/>.
    /// </summary>
    /// <returns>False where there is no whole tag and number, or no valid ones.</returns>
    public static bool TryReadField(ref ReadOnlySpan<byte> bytes, out int field, out ProtobufWireType wireType, out ulong value)
    {
        field = 0;
        wireType = default;
        value = 0;
        if (!TryReadVarint(ref bytes, out ulong tag) || tag >> 3 is 0 or >= 1 << 29)
        {
            return false;
        }

        field = (int)(tag >> 3);
        wireType = (ProtobufWireType)(tag & 7);
        switch (wireType)
        {
            case ProtobufWireType.Varint or ProtobufWireType.LengthDelimited:
                return TryReadVarint(ref bytes, out value);
            case ProtobufWireType.Fixed32 or ProtobufWireType.Fixed64:
                int width = wireType == ProtobufWireType.Fixed32 ? 4 : 8;
                if (bytes.Length < width)
                {
                    return false;
                }

                for (int i = 0; i < width; i++)
                {
                    value |= (ulong)bytes[i] << (8 * i);
                }

                bytes = bytes[width..];
                return true;
            default:
                return false;
        }
    }

    private static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (int i = 0; i < Math.Min(bytes.Length, 10); i++)
        {
            if (i == 9 && bytes[i] > 1)
            {
                return false;
            }

            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
