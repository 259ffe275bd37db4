using System.Text;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Gguf;

/// <summary>Reads the metadata entries of a header: key, type, value. Of arrays only the first elements are kept.</summary>
internal sealed class GgufMetadataReader(GgufFieldReader fields)
{
    /// <summary>What an entry costs beside its key and value: the places in the dictionary, the objects, the range.</summary>
    public const int EntryMemory = 256;

    // A boxed number with the reference to it, and a string's header with the reference.
    private const int ScalarMemory = 32;

    private static readonly string[] TypeNames = Enum.GetNames<GgufValueType>();

    private readonly List<(long Start, long Length)> _ranges = [];

    /// <summary>Where each entry lies.</summary>
    public IReadOnlyList<(long Start, long Length)> Ranges => _ranges;

    /// <summary>Alignment of the tensor data.</summary>
    public uint Alignment { get; private set; } = GgufConstants.DefaultAlignment;

    /// <summary>Fewest bytes an entry takes: the length of its key, a character, a type, a value of one byte.</summary>
    public static int MinEntrySize(int countSize) => countSize + 1 + 4 + 1;

    /// <summary>Reads the entries; their count was held against the file.</summary>
    public OrderedDictionary<string, MetadataValue> Read(int count)
    {
        OrderedDictionary<string, MetadataValue> metadata = new(count, StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            fields.ThrowIfCancelled();
            long start = fields.Position;
            string key = fields.ReadName(GgufConstants.MaxKeyBytes, GgufErrorCodes.KeyLength, GgufErrorCodes.KeyEmpty, "a metadata key");
            fields.Charge(2L * key.Length, "the metadata");
            MetadataValue value = ReadValue(key);
            if (!metadata.TryAdd(key, value))
            {
                throw fields.Error(GgufErrorCodes.KeyDuplicate, start, $"the metadata key {ErrorText.Quote(key)} occurs twice");
            }

            if (key == GgufConstants.AlignmentKey)
            {
                ReadAlignment(value, start);
            }

            _ranges.Add((start, fields.Position - start));
        }

        return metadata;
    }

    private static int SizeOf(GgufValueType type) => type switch
    {
        GgufValueType.UINT8 or GgufValueType.INT8 or GgufValueType.BOOL => 1,
        GgufValueType.UINT16 or GgufValueType.INT16 => 2,
        GgufValueType.UINT32 or GgufValueType.INT32 or GgufValueType.FLOAT32 => 4,
        GgufValueType.UINT64 or GgufValueType.INT64 or GgufValueType.FLOAT64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This type has no fixed size."),
    };

    private void ReadAlignment(MetadataValue value, long start)
    {
        if (value.IsArray || value.Type != nameof(GgufValueType.UINT32))
        {
            string found = value.IsArray ? $"an array of {value.Type}" : value.Type;
            throw fields.Error(GgufErrorCodes.AlignmentType, start, $"{GgufConstants.AlignmentKey} is {found}, a UINT32 is expected");
        }

        Alignment = (uint)(long)value.Scalar!;
        if (!uint.IsPow2(Alignment))
        {
            throw fields.Error(GgufErrorCodes.Alignment, start, $"{GgufConstants.AlignmentKey} is {Alignment}, a power of two is expected");
        }
    }

    private MetadataValue ReadValue(string key)
    {
        GgufValueType type = ReadType(key);
        return type == GgufValueType.ARRAY ? ReadArray(key) : MetadataValue.Of(TypeNames[(int)type], ReadScalar(type));
    }

    private GgufValueType ReadType(string key)
    {
        long start = fields.Position;
        uint type = fields.Bytes.ReadUInt32("a value's type");
        return type < TypeNames.Length
            ? (GgufValueType)type
            : throw fields.Error(
                GgufErrorCodes.ValueType,
                start,
                $"{ErrorText.Quote(key)} is of type {type}, types 0 to {TypeNames.Length - 1} are known");
    }

    private MetadataValue ReadArray(string key)
    {
        long start = fields.Position;
        GgufValueType type = ReadType(key);
        if (type == GgufValueType.ARRAY)
        {
            throw fields.Error(GgufErrorCodes.NestedArray, start, $"{ErrorText.Quote(key)} is an array of arrays");
        }

        start = fields.Position;
        ulong count = fields.ReadCount("an array's length");
        int size = type == GgufValueType.STRING ? fields.CountSize : SizeOf(type);
        if (count > (ulong)fields.Limits.GgufArrayElements)
        {
            throw fields.Error(
                GgufErrorCodes.ArrayLength,
                start,
                $"{ErrorText.Quote(key)} has {count} elements, {fields.Limits.GgufArrayElements} are accepted");
        }

        if (count > (ulong)(fields.Bytes.Remaining / size))
        {
            throw fields.Error(
                GgufErrorCodes.ArrayLength,
                start,
                $"{ErrorText.Quote(key)} has {count} elements of at least {size} bytes, but {fields.Bytes.Remaining} bytes remain");
        }

        int kept = (int)Math.Min(count, MetadataValue.MaxItems);
        fields.Charge((long)kept * sizeof(long), "the metadata");
        object[] items = new object[kept];
        for (int i = 0; i < kept; i++)
        {
            items[i] = ReadScalar(type);
        }

        PassOver(type, (long)count - kept);
        return MetadataValue.Array(TypeNames[(int)type], items, (long)count);
    }

    private object ReadScalar(GgufValueType type)
    {
        if (type == GgufValueType.STRING)
        {
            // Vocabularies hold tokens that are parts of characters; they are shown with replacement characters, never refused.
            ReadOnlySpan<byte> text = fields.ReadText(fields.Limits.GgufStringBytes, GgufErrorCodes.StringLength, "a string");
            fields.Charge(ScalarMemory + (2L * text.Length), "the metadata");
            return Encoding.UTF8.GetString(text);
        }

        fields.Charge(ScalarMemory, "the metadata");
        return type switch
        {
            GgufValueType.UINT8 => (long)fields.Bytes.ReadByte("a UINT8"),
            GgufValueType.INT8 => (long)(sbyte)fields.Bytes.ReadByte("an INT8"),
            GgufValueType.UINT16 => (long)fields.Bytes.ReadUInt16("a UINT16"),
            GgufValueType.INT16 => (long)(short)fields.Bytes.ReadUInt16("an INT16"),
            GgufValueType.UINT32 => (long)fields.Bytes.ReadUInt32("a UINT32"),
            GgufValueType.INT32 => (long)(int)fields.Bytes.ReadUInt32("an INT32"),
            GgufValueType.FLOAT32 => BitConverter.UInt32BitsToSingle(fields.Bytes.ReadUInt32("a FLOAT32")),
            GgufValueType.BOOL => ReadBool(),
            GgufValueType.UINT64 => fields.Bytes.ReadUInt64("a UINT64"),
            GgufValueType.INT64 => (long)fields.Bytes.ReadUInt64("an INT64"),
            GgufValueType.FLOAT64 => BitConverter.UInt64BitsToDouble(fields.Bytes.ReadUInt64("a FLOAT64")),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "This type is no scalar."),
        };
    }

    private bool ReadBool()
    {
        long start = fields.Position;
        byte value = fields.Bytes.ReadByte("a BOOL");
        return value <= 1 ? value == 1 : throw BadBool(start, value);
    }

    private ModelFormatException BadBool(long offset, byte value) =>
        fields.Error(GgufErrorCodes.Bool, offset, $"a BOOL is {value}, 0 or 1 is expected");

    private void PassOver(GgufValueType type, long count)
    {
        switch (type)
        {
            case GgufValueType.STRING:
                for (long i = 0; i < count; i++)
                {
                    if (i % 4096 == 0)
                    {
                        fields.ThrowIfCancelled();
                    }

                    int length = fields.ReadLength(fields.Limits.GgufStringBytes, GgufErrorCodes.StringLength, "a string");
                    fields.Bytes.Skip(length, "a string");
                }

                break;
            case GgufValueType.BOOL:
                while (count > 0)
                {
                    fields.ThrowIfCancelled();
                    long start = fields.Position;
                    ReadOnlySpan<byte> values = fields.Bytes.Take((int)Math.Min(count, 4096), "BOOLs");
                    int bad = values.IndexOfAnyExcept((byte)0, (byte)1);
                    if (bad >= 0)
                    {
                        throw BadBool(start + bad, values[bad]);
                    }

                    count -= values.Length;
                }

                break;
            default:
                fields.Bytes.Skip(count * SizeOf(type), "an array");
                break;
        }
    }
}
