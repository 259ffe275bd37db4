using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hartonomous.Tests.Support;

/// <summary>Writes protobuf messages field by field, in the order of the calls; valid ones and broken ones.</summary>
internal sealed class ProtobufBuilder
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>A varint in as few bytes as it needs.</summary>
    public static byte[] VarintBytes(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    /// <summary>Bytes as they are.</summary>
    public ProtobufBuilder Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public ProtobufBuilder Tag(int field, int wireType) => Raw(VarintBytes(((ulong)field << 3) | (uint)wireType));

    public ProtobufBuilder Varint(int field, long value) => Tag(field, 0).Raw(VarintBytes((ulong)value));

    public ProtobufBuilder Float(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return Tag(field, 5).Raw(bytes);
    }

    public ProtobufBuilder Double(int field, double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return Tag(field, 1).Raw(bytes);
    }

    public ProtobufBuilder Bytes(int field, params ReadOnlySpan<byte> content) => Tag(field, 2).Raw(VarintBytes((ulong)content.Length)).Raw(content);

    public ProtobufBuilder Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtobufBuilder Message(int field, ProtobufBuilder message) => Bytes(field, message.Build());

    public ProtobufBuilder Message(int field, Action<ProtobufBuilder> write)
    {
        ProtobufBuilder message = new();
        write(message);
        return Message(field, message);
    }

    /// <summary>Varints in one packed field.</summary>
    public ProtobufBuilder Packed(int field, params long[] values) =>
        Bytes(field, [.. values.SelectMany(value => VarintBytes((ulong)value))]);

    public byte[] Build() => _bytes.WrittenSpan.ToArray();
}
