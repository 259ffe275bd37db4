using Hartonomous.Core.Formats.Protobuf;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>Knows TensorFlow's files by their first and last bytes.</summary>
internal static class TensorFlowDetection
{
    // Names in a graph are letters, digits and ._\-/>; newer writers allow more.
    private const byte FirstPrintable = (byte)'!';
    private const byte LastPrintable = (byte)'~';

    /// <summary>
    /// Whether a file begins as a SavedModel: its schema version, or nothing, then a meta graph, which itself begins with any of
    /// its seven fields (TensorFlow 1 writes the info first, TensorFlow 2 the graph of objects), all of them messages. An ONNX model has the name of its producer there, a text.
    /// </summary>
    public static bool IsSavedModel(ReadOnlySpan<byte> header, long fileLength)
    {
        ReadOnlySpan<byte> rest = header;
        if (!ProtobufPeek.TryReadField(ref rest, out int field, out ProtobufWireType type, out ulong value))
        {
            return false;
        }

        if (field == 1 && type == ProtobufWireType.Varint &&
            !ProtobufPeek.TryReadField(ref rest, out field, out type, out value))
        {
            return false;
        }

        if (field != 2 || type != ProtobufWireType.LengthDelimited || value > (ulong)(fileLength - (header.Length - rest.Length)))
        {
            return false;
        }

        ulong metaGraph = value;
        int before = rest.Length;
        return ProtobufPeek.TryReadField(ref rest, out field, out type, out value) && field is >= 1 and <= 7 &&
            type == ProtobufWireType.LengthDelimited && value <= metaGraph - Math.Min(metaGraph, (ulong)(before - rest.Length));
    }

    /// <summary>Whether a file begins as a GraphDef: a node with a name and then an operation, both in printable letters.</summary>
    public static bool IsGraph(ReadOnlySpan<byte> header, long fileLength)
    {
        ReadOnlySpan<byte> rest = header;
        if (!ProtobufPeek.TryReadField(ref rest, out int field, out ProtobufWireType type, out ulong node) ||
            field != 1 || type != ProtobufWireType.LengthDelimited || node > (ulong)(fileLength - (header.Length - rest.Length)))
        {
            return false;
        }

        rest = rest[..(int)Math.Min(node, (ulong)rest.Length)];
        return IsText(ref rest, 1) && IsText(ref rest, 2);
    }

    /// <summary>
    /// Whether a file begins and ends as the table of a checkpoint does: its first key is empty, which no other table's is.
    /// </summary>
    public static bool IsCheckpoint(ReadOnlySpan<byte> header, ReadOnlySpan<byte> trailer)
    {
        if (!trailer.EndsWith(SortedTable.Magic))
        {
            return false;
        }

        // The first entry shares nothing and has no key: two zeros, at the beginning of the file or of its first Snappy literal.
        if (header.StartsWith((ReadOnlySpan<byte>)[0, 0]))
        {
            return true;
        }

        int at = 0;
        if (!TableVarint.TryRead32(header, ref at, out uint _) || at >= header.Length || (header[at] & 3) != 0)
        {
            return false;
        }

        at += 1 + Math.Max((header[at] >> 2) - 59, 0);
        return at < header.Length && header[at..].StartsWith((ReadOnlySpan<byte>)[0, 0]);
    }

    private static bool IsText(ref ReadOnlySpan<byte> message, int expected)
    {
        if (!ProtobufPeek.TryReadField(ref message, out int field, out ProtobufWireType type, out ulong length) ||
            field != expected || type != ProtobufWireType.LengthDelimited || length == 0)
        {
            return false;
        }

        // A long name may reach beyond what is shown; then its beginning has to do.
        bool isWhole = length <= (ulong)message.Length;
        ReadOnlySpan<byte> text = isWhole ? message[..(int)length] : message;
        message = isWhole ? message[(int)length..] : default;
        return !text.ContainsAnyExceptInRange(FirstPrintable, LastPrintable);
    }
}
