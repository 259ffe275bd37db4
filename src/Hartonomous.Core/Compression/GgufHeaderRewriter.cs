using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hartonomous.Core.Formats.Gguf;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Compression;

/// <summary>
/// Writes the header of a stored GGUF file anew (versions 2 and 3, little-endian;
/// <see href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md"/>); keys and values are kept byte for byte.
/// </summary>
internal sealed class GgufHeaderRewriter : IHeaderRewriter
{
    private const string AlignmentKey = "general.alignment";
    private const uint DefaultAlignment = 32;
    private const uint MaxVersion = 3;
    private const int ScalarKinds = 13;

    private readonly List<ReadOnlyMemory<byte>> _entries = [];
    private readonly Dictionary<string, Entry> _tensors = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly ReadOnlyMemory<byte> _header;
    private uint _alignment = DefaultAlignment;
    private int _at;

    private GgufHeaderRewriter(ReadOnlyMemory<byte> header) => _header = header;

    public IReadOnlySet<string> TensorNames => _names;

    private ReadOnlySpan<byte> Rest => _header.Span[_at..];

    /// <summary>Reads a header that has been read by the format's reader before; null where it is of another version or byte order.</summary>
    public static GgufHeaderRewriter? Read(ReadOnlyMemory<byte> header)
    {
        GgufHeaderRewriter rewriter = new(header);
        return header.Span.StartsWith("GGUF"u8) && BinaryPrimitives.ReadUInt32LittleEndian(header.Span[4..]) is 2 or MaxVersion ? rewriter.ReadAll() : null;
    }

    public byte[] Write(IReadOnlyList<TensorInfo> tensors, IReadOnlyList<StoredFactors> rebuilt, out long[] offsets)
    {
        offsets = new long[tensors.Count + 1];
        Dictionary<string, long> relative = new(StringComparer.Ordinal);
        Dictionary<string, TensorDtype> dtypes = rebuilt.ToDictionary(tensor => tensor.Tensor, tensor => tensor.Layout.Dtype, StringComparer.Ordinal);
        long end = 0;
        for (int i = 0; i < tensors.Count; i++)
        {
            offsets[i] = end;
            relative[tensors[i].Name] = end;
            end = Align(end + tensors[i].SizeBytes);
        }

        offsets[^1] = end;
        ArrayBufferWriter<byte> writer = new();
        writer.Write(_header.Span[..8]);
        WriteNumber(writer, (ulong)_order.Count);
        WriteNumber(writer, (ulong)_entries.Count + 1);
        foreach (ReadOnlyMemory<byte> entry in _entries)
        {
            writer.Write(entry.Span);
        }

        WriteText(writer, ModelRebuilder.Mark);
        WriteKind(writer, (uint)GgufValueType.STRING);
        WriteText(writer, RebuiltMark.Of(rebuilt).ToJsonString());
        foreach (string name in _order)
        {
            Entry entry = _tensors[name];
            WriteText(writer, name);
            writer.Write(entry.Shape.Span);
            WriteKind(writer, dtypes.TryGetValue(name, out TensorDtype dtype) ? KindOf(dtype) : entry.Kind);
            WriteNumber(writer, (ulong)relative[name]);
        }

        int length = writer.WrittenCount;
        int padded = (int)Align(length);
        writer.GetSpan(padded - length + 1)[..(padded - length)].Clear();
        writer.Advance(padded - length);
        for (int i = 0; i < offsets.Length; i++)
        {
            offsets[i] += padded;
        }

        return writer.WrittenSpan.ToArray();
    }

    private GgufHeaderRewriter ReadAll()
    {
        _at = 8;
        ulong tensors = ReadNumber();
        ulong entries = ReadNumber();
        for (ulong i = 0; i < entries; i++)
        {
            int begin = _at;
            string key = ReadText();
            uint kind = ReadKind();
            if (key == AlignmentKey)
            {
                _alignment = BinaryPrimitives.ReadUInt32LittleEndian(Rest);
            }

            Skip(kind);
            if (key != ModelRebuilder.Mark)
            {
                _entries.Add(_header[begin.._at]);
            }
        }

        for (ulong i = 0; i < tensors; i++)
        {
            string name = ReadText();
            int begin = _at;
            int dimensions = (int)ReadKind();
            _at += sizeof(ulong) * dimensions;
            _tensors[name] = new Entry(_header[begin.._at], ReadKind());
            _at += sizeof(ulong);
            _order.Add(name);
            _names.Add(name);
        }

        return this;
    }

    /// <summary>Skips a value; arrays of arrays are refused by the format's reader.</summary>
    private void Skip(uint kind)
    {
        if (kind == (uint)GgufValueType.STRING)
        {
            ReadText();
        }
        else if (kind == (uint)GgufValueType.ARRAY)
        {
            uint item = ReadKind();
            ulong count = ReadNumber();
            if (item == (uint)GgufValueType.STRING)
            {
                for (ulong i = 0; i < count; i++)
                {
                    ReadText();
                }
            }
            else
            {
                _at = checked(_at + (int)((ulong)WidthOf(item) * count));
            }
        }
        else
        {
            _at += WidthOf(kind);
        }
    }

    /// <summary>Bytes of the scalars, by their number in the format: u8 i8 u16 i16 u32 i32 f32 bool (string array) u64 i64 f64.</summary>
    private static int WidthOf(uint kind)
    {
        ReadOnlySpan<byte> widths = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kind, (uint)ScalarKinds);
        return widths[(int)kind];
    }

    /// <summary>ggml's numbers of the encodings that factors are put together in.</summary>
    private static uint KindOf(TensorDtype dtype) => dtype switch
    {
        TensorDtype.F32 => 0,
        TensorDtype.F16 => 1,
        TensorDtype.BF16 => 30,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "Tensors are put together as F32, F16 or BF16."),
    };

    private long Align(long length) => (length + _alignment - 1) / _alignment * _alignment;

    private string ReadText()
    {
        int length = checked((int)ReadNumber());
        string text = Encoding.UTF8.GetString(Rest[..length]);
        _at += length;
        return text;
    }

    private ulong ReadNumber()
    {
        ulong number = BinaryPrimitives.ReadUInt64LittleEndian(Rest);
        _at += sizeof(ulong);
        return number;
    }

    private uint ReadKind()
    {
        uint kind = BinaryPrimitives.ReadUInt32LittleEndian(Rest);
        _at += sizeof(uint);
        return kind;
    }

    private static void WriteText(ArrayBufferWriter<byte> writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        WriteNumber(writer, (ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteNumber(ArrayBufferWriter<byte> writer, ulong number)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(writer.GetSpan(sizeof(ulong)), number);
        writer.Advance(sizeof(ulong));
    }

    private static void WriteKind(ArrayBufferWriter<byte> writer, uint kind)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(writer.GetSpan(sizeof(uint)), kind);
        writer.Advance(sizeof(uint));
    }

    /// <param name="Shape">The number of dimensions and the dimensions, as they are in the file.</param>
    /// <param name="Kind">ggml's number of the encoding.</param>
    private sealed record Entry(ReadOnlyMemory<byte> Shape, uint Kind);
}
