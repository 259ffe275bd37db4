using Hartonomous.Core.Formats.Protobuf;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>
/// Reads the TensorProto of a constant (<c>tensorflow/core/framework/tensor.proto</c>): dtype 1, tensor_shape 2, tensor_content 4, and the
/// fields of values, of which the last is repeated where there are fewer than the shape has. Values are not read here, only where they lie.
/// </summary>
/// <param name="reader">The file.</param>
/// <param name="path">Path of the file in its model.</param>
/// <param name="contents">Takes the tensor.</param>
internal sealed class ConstReader(ProtobufReader reader, string path, ModelContents contents)
{
    private const int LongestVarint = 10;

    private int _dtype;
    private ProtoShape _shape = ProtoShape.Scalar;
    private ProtobufRange _content;
    private int _field;
    private ProtobufRange _packed;
    private int _packedCount;
    private long _packedBytes;
    private long _single;

    /// <summary>Reads the message that the current field holds and adds the tensor.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="ModelFormatException">The constant is not as it should be.</exception>
    public void Read(string name)
    {
        ProtobufRange message = reader.GetRange();
        reader.Enter();
        ReadFields();
        reader.Leave();
        if (!TensorFlowDtypes.Exists(_dtype))
        {
            throw Error(TensorFlowErrorCodes.Dtype, message, name, $"has the dtype {_dtype}, which does not exist");
        }

        TensorDtype dtype = TensorFlowDtypes.Dtype(_dtype);
        if (dtype == TensorDtype.Unknown)
        {
            contents.Skip(_dtype);
            return;
        }

        if (_shape.ToTensorShape() is not { } shape || !dtype.TryGetByteCount(shape.ElementCount, out long size))
        {
            throw Error(TensorFlowErrorCodes.Shape, message, name, $"has the shape {_shape}, which no values can have");
        }

        TensorInfo tensor = new() { Name = name, Shape = shape, Dtype = dtype, File = path, Offset = message.Offset, SizeBytes = size };
        ValueField field = ValueField.Of(dtype);
        if (_field != 0 && (_content.Length > 0 || _field != field.Number))
        {
            string problem = _content.Length > 0
                ? "has its values twice, raw and one by one"
                : $"has values in field {_field}, not {field.Number}";
            throw Error(TensorFlowErrorCodes.ValueField, message, name, problem);
        }

        if (_content.Length > 0)
        {
            AddRun(tensor, _content);
        }
        else
        {
            AddValues(tensor, field, message);
        }
    }

    private void ReadFields()
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    _dtype = reader.GetInt32();
                    break;
                case 2:
                    _shape = ProtoShape.Read(reader, contents.Limits);
                    break;
                case 4:
                    _content = reader.GetRange();
                    break;
                case int field when ValueField.IsOne(field):
                    CountValues(field);
                    break;
            }
        }
    }

    private void CountValues(int field)
    {
        if (reader.WireType != ProtobufWireType.LengthDelimited)
        {
            _single++;
        }
        else if (reader.GetRange() is { Length: > 0 } range)
        {
            // Bytes are one value, of which the last one counts; runs of packed numbers follow each other.
            _packedCount = field == ValueField.Float8 ? 1 : _packedCount + 1;
            _packedBytes = field == ValueField.Float8 ? range.Length : _packedBytes + range.Length;
            _packed = range;
        }
        else
        {
            return;
        }

        if (_field != 0 && _field != field)
        {
            throw reader.Error(
                TensorFlowErrorCodes.ValueField, reader.FieldOffset,
                $"a constant has values in the fields {_field} and {field}");
        }

        _field = field;
    }

    private void AddRun(TensorInfo tensor, ProtobufRange range)
    {
        if (range.Length != tensor.SizeBytes)
        {
            throw Error(
                TensorFlowErrorCodes.ContentSize,
                range,
                tensor.Name,
                $"has {range.Length} bytes of content, {tensor.Dtype} {tensor.Shape} needs {tensor.SizeBytes}");
        }

        contents.Add(tensor with { Offset = range.Offset }, null);
    }

    private void AddValues(TensorInfo tensor, ValueField field, ProtobufRange message)
    {
        bool isFixed = field.FixedWidth > 0 || field.Number == ValueField.Float8;
        int width = Math.Max(field.FixedWidth, 1);
        long elements = tensor.Shape.ElementCount;
        if (isFixed && _packedBytes % width != 0)
        {
            throw Error(TensorFlowErrorCodes.ValueCount, message, tensor.Name, $"has {_packedBytes} bytes of values of {width} bytes");
        }

        // Of varints only the fewest and the most are known before they are read: a value takes 1 to 10 bytes.
        Int128 most = (_packedBytes / width) + _single;
        Int128 fewest = isFixed ? most : ((_packedBytes + LongestVarint - 1) / LongestVarint) + _single;
        if (fewest > (Int128)elements * field.Lanes || (isFixed && most % field.Lanes != 0))
        {
            throw Error(
                TensorFlowErrorCodes.ValueCount, message, tensor.Name,
                $"has {fewest} numbers or more, {tensor.Dtype} {tensor.Shape} needs other ones");
        }

        if (isFixed && most == (Int128)elements * field.Lanes && _packedCount <= 1 && _single == 0)
        {
            AddRun(tensor, elements == 0 ? new ProtobufRange(message.Offset, 0) : _packed);
            return;
        }

        contents.FillBytes += Int128.Max(elements - (most / field.Lanes), 0) * tensor.Dtype.Layout().Bytes;
        if (contents.FillBytes > contents.Limits.TensorFlowFillBytes)
        {
            throw Error(
                TensorFlowErrorCodes.FillSize,
                message,
                tensor.Name,
                $"is one value repeated for {tensor.SizeBytes} bytes; all such constants may have {contents.Limits.TensorFlowFillBytes}");
        }

        contents.Add(
            tensor with { IsContiguous = false },
            field.Number == ValueField.Float8 ? new RepeatedContent(_packed) : new ValuesContent(message, field));
    }

    private ModelFormatException Error(string code, ProtobufRange place, string name, string problem) =>
        reader.Error(code, place.Offset, $"the constant {ErrorText.Quote(name)} {problem}");
}
