using Hartonomous.Core.Formats.Protobuf;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// Tells a ModelProto from other protobuf messages and from anything else by its first fields, which writers put in the order of their
/// numbers: an IR version, short texts about the producer, a graph or an operator set. A SavedModel of TensorFlow begins with a number
/// too, but has a message where a ModelProto has the producer's name; a GraphDef begins with a message.
/// </summary>
internal static class OnnxDetector
{
    private const ulong MaxIrVersion = 255;
    private const ulong MaxProducerBytes = 1024;
    private const ulong MaxOpsetBytes = 1024;

    // The longest tag and number: 5 and 10 bytes.
    private const int MaxFieldHead = 15;

    /// <summary>Whether a file begins as a ModelProto.</summary>
    /// <param name="header">The first bytes of the file.</param>
    /// <param name="fileLength">Length of the file, which no field may leave; null for a file whose end may be missing.</param>
    public static bool Matches(ReadOnlySpan<byte> header, long? fileLength)
    {
        ReadOnlySpan<byte> rest = header;
        bool hasVersion = false;
        bool hasProducer = false;
        while (rest.Length > 0)
        {
            if (!ProtobufPeek.TryReadField(ref rest, out int field, out ProtobufWireType wireType, out ulong value))
            {
                return fileLength is null && hasVersion && hasProducer && rest.Length < MaxFieldHead;
            }

            bool isNumber = field is OnnxFields.Model.IrVersion or OnnxFields.Model.ModelVersion;
            if (wireType != (isNumber ? ProtobufWireType.Varint : ProtobufWireType.LengthDelimited))
            {
                return false;
            }

            if (isNumber)
            {
                if (field == OnnxFields.Model.IrVersion && (hasVersion || value is 0 or > MaxIrVersion))
                {
                    return false;
                }

                hasVersion |= field == OnnxFields.Model.IrVersion;
                continue;
            }

            if (!hasVersion || (fileLength is { } length && value > (ulong)(length - (header.Length - rest.Length))))
            {
                return false;
            }

            ReadOnlySpan<byte> content = rest[..(int)Math.Min((ulong)rest.Length, value)];
            switch (field)
            {
                case OnnxFields.Model.Graph:
                    return IsGraph(content);
                case OnnxFields.Model.OpsetImport:
                    return value <= MaxOpsetBytes && IsOpset(content);
                case OnnxFields.Model.ProducerName or OnnxFields.Model.ProducerVersion or OnnxFields.Model.Domain:
                    hasProducer = value > 0;
                    if (value > MaxProducerBytes || !IsText(content, ' '))
                    {
                        return false;
                    }

                    break;
                case OnnxFields.Model.DocString:
                    if (!IsText(content, '\t'))
                    {
                        return false;
                    }

                    break;
                case OnnxFields.Model.MetadataProps or OnnxFields.Model.TrainingInfo
                    or OnnxFields.Model.Functions or OnnxFields.Model.Configuration:
                    break;
                default:
                    return false;
            }

            if (content.Length == rest.Length)
            {
                // What comes behind a long text cannot be seen; at the end of the file there is no graph.
                return fileLength is { } end ? end > header.Length : hasProducer;
            }

            rest = rest[content.Length..];
        }

        return fileLength is null && hasVersion && hasProducer;
    }

    private static bool IsGraph(ReadOnlySpan<byte> content) =>
        content.Length == 0 ||
        (ProtobufPeek.TryReadField(ref content, out int field, out ProtobufWireType wireType, out _)
            ? field is >= OnnxFields.Graph.Node and <= OnnxFields.Graph.MetadataProps && wireType == ProtobufWireType.LengthDelimited
            : content.Length < MaxFieldHead);

    private static bool IsOpset(ReadOnlySpan<byte> content) =>
        content.Length == 0 ||
        (ProtobufPeek.TryReadField(ref content, out int field, out ProtobufWireType wireType, out _)
            ? (field, wireType) is (OnnxFields.OperatorSet.Domain, ProtobufWireType.LengthDelimited)
                or (OnnxFields.OperatorSet.Version, ProtobufWireType.Varint)
            : content.Length < MaxFieldHead);

    private static bool IsText(ReadOnlySpan<byte> content, char lowest)
    {
        foreach (byte value in content)
        {
            if (value < lowest || value == 0x7F)
            {
                return false;
            }
        }

        return true;
    }
}
