using System.Numerics;
using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// Reads the TensorProto messages of a model: where the content of each lies, and that it is as long as its type and shape say.
/// </summary>
/// <param name="reader">The reader of the model.</param>
/// <param name="limits">What is accepted.</param>
/// <param name="countsNumbers">Whether the numbers of typed fields are counted and checked.</param>
internal sealed class OnnxTensorReader(ProtobufReader reader, ReadLimits limits, bool countsNumbers)
{
    private const int External = 1;

    private readonly List<long> _dims = [];

    /// <summary>How many tensors held texts and were passed over.</summary>
    public long StringTensors { get; set; }

    /// <summary>How many entries of external data had keys that ONNX does not know, and the first such key.</summary>
    public (long Count, string First) UnknownKeys { get; private set; }

    /// <summary>Reads the tensor that the reader is in.</summary>
    /// <returns>Null where it holds texts.</returns>
    /// <exception cref="ModelFormatException">The tensor is not as it should be.</exception>
    public OnnxTensorEntry? Read()
    {
        Fields fields = ReadFields();
        if (fields.TypeId == OnnxDataType.StringId)
        {
            if (fields.Raw is not null)
            {
                throw reader.Error(OnnxErrorCodes.DataField, fields.Start, "a tensor of texts has its values in raw_data");
            }

            StringTensors++;
            return null;
        }

        OnnxDataType type = OnnxDataType.Find(fields.TypeId) ?? throw reader.Error(
            OnnxErrorCodes.DataType, fields.Start, $"the data type of a tensor is {fields.TypeId}, which is none of ONNX's");
        long elements = CountElements(_dims, fields.Start);
        if (!type.Dtype.TryGetPackedByteCount(elements, out long size))
        {
            throw reader.Error(
                OnnxErrorCodes.TensorSize, fields.Start, $"{elements} values of {type.Name} have more than 2^63 - 1 bytes");
        }

        OnnxTensorEntry entry = new()
        {
            Name = fields.Name,
            Dtype = type.Dtype,
            Shape = new TensorShape([.. _dims]),
            SizeBytes = size,
            Offset = fields.Start,
        };
        int places = (fields.Raw is null ? 0 : 1) + BitOperations.PopCount(fields.Typed) + (fields.IsExternal ? 1 : 0);
        if (places > 1)
        {
            throw reader.Error(OnnxErrorCodes.DataTwice, fields.Start, "a tensor has its values in more than one place");
        }

        return fields.IsExternal ? PlaceExternal(entry, fields)
            : fields.Raw is { } raw ? entry with { Offset = CheckSize(raw, size, fields.Start).Offset }
            : fields.Typed != 0 ? PlaceTyped(entry, fields, type)
            : size == 0 ? entry
            : throw reader.Error(OnnxErrorCodes.DataSize, fields.Start, $"a tensor of {size} bytes has no values");
    }

    /// <summary>Reads <c>dims</c>, one by one or packed, behind those read so far.</summary>
    public void ReadDims(List<long> dims)
    {
        if (reader.WireType == ProtobufWireType.LengthDelimited)
        {
            reader.Enter();
            while (reader.HasMore)
            {
                Add(dims, (long)reader.ReadVarint());
            }

            reader.Leave();
        }
        else
        {
            Add(dims, reader.GetInt64());
        }
    }

    /// <summary>The product of dimensions.</summary>
    public long CountElements(List<long> dims, long start)
    {
        if (TensorShape.TryCountElements([.. dims], out long elements))
        {
            return elements;
        }

        int negative = dims.FindIndex(dimension => dimension < 0);
        throw negative >= 0
            ? reader.Error(OnnxErrorCodes.Dimension, start, $"dimension {negative} of a tensor is {dims[negative]}")
            : reader.Error(OnnxErrorCodes.ShapeOverflow, start, $"[{string.Join(", ", dims)}] are more than 2^63 - 1 values");
    }

    /// <summary>Notes that the current field, which may be there once, has been met.</summary>
    public void Once(ref ulong seen, string message)
    {
        ulong bit = 1UL << reader.Field;
        if ((seen & bit) != 0)
        {
            throw reader.Error(OnnxErrorCodes.FieldDuplicate, reader.FieldOffset, $"field {reader.Field} is twice in one {message}");
        }

        seen |= bit;
    }

    /// <summary>How many numbers a typed field holds; each is looked at.</summary>
    /// <param name="data">The field.</param>
    /// <param name="most">Where the counting ends: one more than this says there are too many.</param>
    public long CountNumbers(OnnxTypedData data, long most)
    {
        OnnxTypedCursor cursor = new(reader.Source, data);
        long count = 0;
        while (count <= most && cursor.TryRead(out _))
        {
            count++;
        }

        return count;
    }

    private void Add(List<long> dims, long dimension)
    {
        if (dims.Count == limits.Rank)
        {
            throw reader.Error(OnnxErrorCodes.Rank, reader.FieldOffset, $"a tensor has more than {limits.Rank} dimensions");
        }

        dims.Add(dimension);
    }

    private Fields ReadFields()
    {
        Fields fields = new() { Start = reader.Position, End = reader.End };
        ulong seen = 0;
        _dims.Clear();
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case OnnxFields.Tensor.Dims:
                    ReadDims(_dims);
                    break;
                case OnnxFields.Tensor.DataType:
                    Once(ref seen, "tensor");
                    fields.TypeId = reader.GetInt32();
                    break;
                case OnnxFields.Tensor.Segment:
                    throw reader.Error(OnnxErrorCodes.Segment, reader.FieldOffset, "a tensor is a segment of a larger one");
                case OnnxFields.Tensor.Name:
                    Once(ref seen, "tensor");
                    fields.Name = reader.GetRange();
                    break;
                case OnnxFields.Tensor.RawData:
                    Once(ref seen, "tensor");
                    fields.Raw = reader.GetRange();
                    break;
                case OnnxFields.Tensor.FloatData or OnnxFields.Tensor.Int32Data or OnnxFields.Tensor.StringData
                    or OnnxFields.Tensor.Int64Data or OnnxFields.Tensor.DoubleData or OnnxFields.Tensor.UInt64Data:
                    NoteTyped(fields);
                    break;
                case OnnxFields.Tensor.ExternalData:
                    reader.Enter();
                    fields.External ??= new OnnxExternalData();
                    if (fields.External.ReadEntry(reader, limits) is { } unknown)
                    {
                        UnknownKeys = (UnknownKeys.Count + 1, UnknownKeys.First ?? unknown);
                    }

                    reader.Leave();
                    break;
                case OnnxFields.Tensor.DataLocation:
                    Once(ref seen, "tensor");
                    int location = reader.GetInt32();
                    fields.IsExternal = location == External || (location == 0 ? false : throw reader.Error(
                        OnnxErrorCodes.DataLocation, reader.FieldOffset, $"data_location is {location}, 0 or 1 is expected"));
                    break;
            }
        }

        return fields;
    }

    private void NoteTyped(Fields fields)
    {
        bool isRun = reader.WireType == ProtobufWireType.LengthDelimited;
        if (isRun && reader.GetRange().Length == 0 && reader.Field != OnnxFields.Tensor.StringData)
        {
            return;
        }

        fields.Typed |= 1U << reader.Field;
        fields.TypedField = reader.Field;
        fields.Run = isRun && fields.Runs == 0 ? reader.GetRange() : null;
        fields.Runs++;
    }

    private OnnxTensorEntry PlaceTyped(OnnxTensorEntry entry, Fields fields, OnnxDataType type)
    {
        if (fields.TypedField != type.Field)
        {
            throw reader.Error(
                OnnxErrorCodes.DataField,
                fields.Start,
                $"a tensor of {type.Name} has its values in field {fields.TypedField}, not {type.Field}");
        }

        // Floats in one packed run lie there as they do in raw_data.
        if (type.IsFixed && fields.Run is { } run)
        {
            return entry with { Offset = CheckSize(run, entry.SizeBytes, fields.Start).Offset };
        }

        OnnxTypedData data = new(new ProtobufRange(fields.Start, fields.End - fields.Start), type.Field, type);
        if (!countsNumbers)
        {
            return entry with { Typed = data };
        }

        long expected = entry.SizeBytes / type.Width;
        long count = CountNumbers(data, expected);
        return count == expected
            ? entry with { Typed = data }
            : throw reader.Error(
                OnnxErrorCodes.DataSize,
                fields.Start,
                $"a tensor of {type.Name} {entry.Shape} has {(count > expected ? "more" : $"{count}")} numbers in field {type.Field}, " +
                $"{expected} are expected");
    }

    private OnnxTensorEntry PlaceExternal(OnnxTensorEntry entry, Fields fields)
    {
        if (fields.External?.Location is not { } location)
        {
            throw reader.Error(OnnxErrorCodes.ExternalLocation, fields.Start, "a tensor has its data elsewhere and does not say where");
        }

        if (fields.External.Length is { } length && length != entry.SizeBytes)
        {
            throw reader.Error(
                OnnxErrorCodes.ExternalLength, fields.Start, $"external data have {length} bytes, the tensor has {entry.SizeBytes}");
        }

        return entry with { Location = location, Offset = fields.External.Offset };
    }

    private ProtobufRange CheckSize(ProtobufRange range, long expected, long start) => range.Length == expected
        ? range
        : throw reader.Error(
            OnnxErrorCodes.DataSize, start, $"a tensor has {range.Length} bytes of values, its type and shape need {expected}");

    /// <summary>What the fields of one tensor say.</summary>
    private sealed class Fields
    {
        public long Start { get; init; }

        public long End { get; init; }

        public int TypeId { get; set; }

        public ProtobufRange Name { get; set; }

        public ProtobufRange? Raw { get; set; }

        public OnnxExternalData? External { get; set; }

        public bool IsExternal { get; set; }

        /// <summary>A bit for each typed field that has values.</summary>
        public uint Typed { get; set; }

        public int TypedField { get; set; }

        /// <summary>The packed run that holds all values of the typed field, if one does.</summary>
        public ProtobufRange? Run { get; set; }

        public long Runs { get; set; }
    }
}
