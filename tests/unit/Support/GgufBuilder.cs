using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hartonomous.Tests.Support;

/// <summary>
/// Writes GGUF files as docs/gguf.md of ggml describes them, valid ones and, through the overrides, broken ones. What a value, a name or
/// an offset says is written as it is given.
/// </summary>
internal sealed class GgufBuilder
{
    /// <summary>Every type that files may hold: id, ggml's name in capitals, values and bytes of a block.</summary>
    public static readonly (uint Id, string Name, int Elements, int Bytes)[] Types =
    [
        (0, "F32", 1, 4), (1, "F16", 1, 2), (2, "Q4_0", 32, 18), (3, "Q4_1", 32, 20), (6, "Q5_0", 32, 22), (7, "Q5_1", 32, 24),
        (8, "Q8_0", 32, 34), (9, "Q8_1", 32, 36), (10, "Q2_K", 256, 84), (11, "Q3_K", 256, 110), (12, "Q4_K", 256, 144),
        (13, "Q5_K", 256, 176), (14, "Q6_K", 256, 210), (15, "Q8_K", 256, 292), (16, "IQ2_XXS", 256, 66), (17, "IQ2_XS", 256, 74),
        (18, "IQ3_XXS", 256, 98), (19, "IQ1_S", 256, 50), (20, "IQ4_NL", 32, 18), (21, "IQ3_S", 256, 110), (22, "IQ2_S", 256, 82),
        (23, "IQ4_XS", 256, 136), (24, "I8", 1, 1), (25, "I16", 1, 2), (26, "I32", 1, 4), (27, "I64", 1, 8), (28, "F64", 1, 8),
        (29, "IQ1_M", 256, 56), (30, "BF16", 1, 2), (34, "TQ1_0", 256, 54), (35, "TQ2_0", 256, 66), (39, "MXFP4", 32, 17),
        (40, "NVFP4", 64, 36), (41, "Q1_0", 128, 18), (42, "Q2_0", 64, 18),
    ];

    private readonly List<Action<Writer>> _entries = [];
    private readonly List<Tensor> _tensors = [];

    public uint Version { get; init; } = 3;

    public bool BigEndian { get; init; }

    public byte[] Magic { get; init; } = "GGUF"u8.ToArray();

    /// <summary>Byte by which the padding is filled.</summary>
    public byte Filler { get; init; }

    /// <summary>Whether strings end in a NUL that their length counts, as some writers of version 1 did it.</summary>
    public bool NulTerminated { get; init; }

    /// <summary>Alignment that offsets and padding follow; what the file says of it is an entry like any other.</summary>
    public int Alignment { get; init; } = 32;

    public ulong? TensorCount { get; init; }

    public ulong? EntryCount { get; init; }

    /// <summary>Whether the padding after the last tensor is written.</summary>
    public bool PadsTail { get; init; } = true;

    /// <summary>Whether tensor data, and the padding before them, are written.</summary>
    public bool HasData { get; init; } = true;

    public static byte[] Bytes(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)((i * 7) + seed);
        }

        return bytes;
    }

    /// <summary>Adds an entry: key, type, and what <paramref name="value"/> writes.</summary>
    public GgufBuilder Entry(string key, uint type, Action<Writer> value) => Raw(writer =>
    {
        writer.Text(key);
        writer.U32(type);
        value(writer);
    });

    /// <summary>Adds what <paramref name="entry"/> writes in the place of an entry.</summary>
    public GgufBuilder Raw(Action<Writer> entry)
    {
        _entries.Add(entry);
        return this;
    }

    public GgufBuilder Text(string key, string value) => Entry(key, 8, writer => writer.Text(value));

    public GgufBuilder U32(string key, uint value) => Entry(key, 4, writer => writer.U32(value));

    public GgufBuilder U16(string key, ushort value) => Entry(key, 2, writer => writer.U16(value));

    public GgufBuilder I32(string key, int value) => Entry(key, 5, writer => writer.U32((uint)value));

    public GgufBuilder Array(string key, uint type, ulong count, Action<Writer> items) => Entry(key, 9, writer =>
    {
        writer.U32(type);
        writer.Count(count);
        items(writer);
    });

    /// <summary>Adds a tensor. Dimensions innermost first; the offset follows from the data before unless it is given.</summary>
    public GgufBuilder Add(string name, uint type, ulong[] dimensions, byte[] data, ulong? offset = null, uint? rank = null) =>
        Add(Encoding.UTF8.GetBytes(name), type, dimensions, data, offset, rank);

    public GgufBuilder Add(
        byte[] name, uint type, ulong[] dimensions, byte[] data, ulong? offset = null, uint? rank = null, ulong? nameLength = null)
    {
        _tensors.Add(new Tensor(name, type, dimensions, data, offset, rank, nameLength));
        return this;
    }

    public byte[] Build()
    {
        Writer writer = new(this);
        writer.Raw(Magic);
        writer.U32(Version);
        writer.Count(TensorCount ?? (ulong)_tensors.Count);
        writer.Count(EntryCount ?? (ulong)_entries.Count);
        _entries.ForEach(entry => entry(writer));

        ulong offset = 0;
        foreach (Tensor tensor in _tensors)
        {
            byte[] name = NulTerminated ? [.. tensor.Name, 0] : tensor.Name;
            writer.Count(tensor.NameLength ?? (ulong)name.Length);
            writer.Raw(name);
            writer.U32(tensor.Rank ?? (uint)tensor.Dimensions.Length);
            foreach (ulong dimension in tensor.Dimensions)
            {
                writer.Count(dimension);
            }

            writer.U32(tensor.Type);
            writer.U64(tensor.Offset ?? offset);
            offset += (ulong)((tensor.Data.Length + Alignment - 1) / Alignment * Alignment);
        }

        if (HasData)
        {
            for (int i = 0; i < _tensors.Count; i++)
            {
                writer.Pad();
                writer.Raw(_tensors[i].Data);
            }

            if (PadsTail)
            {
                writer.Pad();
            }
        }

        return writer.ToArray();
    }

    private sealed record Tensor(
        byte[] Name, uint Type, ulong[] Dimensions, byte[] Data, ulong? Offset, uint? Rank, ulong? NameLength);

    /// <summary>Writes numbers and strings in the builder's byte order and version.</summary>
    internal sealed class Writer(GgufBuilder builder)
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();

        public void U8(byte value) => Raw([value]);

        public void U16(ushort value) => Number(value, 2);

        public void U32(uint value) => Number(value, 4);

        public void U64(ulong value) => Number(value, 8);

        public void F32(float value) => U32(BitConverter.SingleToUInt32Bits(value));

        public void F64(double value) => U64(BitConverter.DoubleToUInt64Bits(value));

        public void Count(ulong value) => Number(value, builder.Version == 1 ? 4 : 8);

        public void Raw(ReadOnlySpan<byte> bytes) => _bytes.Write(bytes);

        public void Text(string value) => Text(Encoding.UTF8.GetBytes(value));

        public void Text(byte[] value)
        {
            byte[] bytes = builder.NulTerminated ? [.. value, 0] : value;
            Count((ulong)bytes.Length);
            Raw(bytes);
        }

        public void Pad()
        {
            while (_bytes.WrittenCount % builder.Alignment != 0)
            {
                U8(builder.Filler);
            }
        }

        public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

        private void Number(ulong value, int width)
        {
            Span<byte> bytes = stackalloc byte[8];
            if (builder.BigEndian)
            {
                BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
                Raw(bytes[(8 - width)..]);
            }
            else
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
                Raw(bytes[..width]);
            }
        }
    }
}
