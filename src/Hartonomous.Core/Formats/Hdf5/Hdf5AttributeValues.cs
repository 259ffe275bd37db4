using System.Buffers.Binary;
using System.Text;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Hdf5;

/// <summary>Turns the values of attributes into text, numbers and truth values. One for each file, for its cache of global heaps.</summary>
internal sealed class Hdf5AttributeValues(Hdf5Reader reader)
{
    private readonly Hdf5GlobalHeap _heap = new(reader);
    private long _textBytes;

    /// <summary>
    /// The values: <see cref="string"/>, <see cref="long"/>, <see cref="ulong"/>, <see cref="float"/>, <see cref="double"/>,
    /// <see cref="bool"/>. Null where they are of a kind that metadata do not have (references, compounds).
    /// </summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="most">How many values are wanted.</param>
    public List<object>? Read(Hdf5Attribute attribute, int most)
    {
        Hdf5Datatype type = attribute.Type;
        int count = (int)Math.Min(attribute.Space.Count, most);
        List<object> values = new(count);
        Hdf5Block data = new(reader, attribute.Data.Memory, attribute.Data.Offset);
        for (int i = 0; i < count; i++)
        {
            Hdf5Block value = data.TakeBlock(type.Size);
            object? read = type switch
            {
                { Class: Hdf5TypeClass.Text } => Text(value.Span),
                { IsVariableText: true } => VariableText(value),
                { ArrayDimensions.Length: > 0 } => null,
                _ => Number(type, value.Span),
            };
            if (read is null)
            {
                return null;
            }

            values.Add(read);
        }

        return values;
    }

    private string VariableText(Hdf5Block value)
    {
        long at = value.Offset;
        uint length = value.U32();
        long address = value.Address();
        uint index = value.U32();
        if (length == 0 || address == Hdf5Reader.Undefined || address == 0)
        {
            return string.Empty;
        }

        ReadOnlyMemory<byte> found = _heap.Object(address, index, at);
        return length <= found.Length
            ? Text(found.Span[..(int)length])
            : throw reader.Error(
                Hdf5ErrorCodes.GlobalHeap, at, $"a text of {length} bytes is kept in an object of {found.Length} bytes in the global heap");
    }

    // Text ends at a NUL or is padded with NULs; what is no UTF-8 is shown with replacement characters.
    private string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        ReadOnlySpan<byte> text = end >= 0 ? bytes[..end] : bytes;
        _textBytes += text.Length;
        return _textBytes <= reader.Limits.Hdf5AttributeBytes
            ? Encoding.UTF8.GetString(text)
            : throw reader.Error(
                Hdf5ErrorCodes.Attribute, null, $"the attributes have more than {reader.Limits.Hdf5AttributeBytes} bytes of text");
    }

    private static object? Number(Hdf5Datatype type, ReadOnlySpan<byte> stored)
    {
        Span<byte> bytes = stackalloc byte[8];
        if (stored.Length > bytes.Length || type.Dtype == TensorDtype.Unknown)
        {
            return null;
        }

        stored.CopyTo(bytes);
        if (type.Order == ByteOrder.Big)
        {
            bytes[..stored.Length].Reverse();
        }

        return type.Dtype switch
        {
            TensorDtype.BOOL => bytes[0] != 0,
            TensorDtype.I8 => (long)(sbyte)bytes[0],
            TensorDtype.I16 => (long)BinaryPrimitives.ReadInt16LittleEndian(bytes),
            TensorDtype.I32 => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
            TensorDtype.I64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            TensorDtype.U8 => (long)bytes[0],
            TensorDtype.U16 => (long)BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            TensorDtype.U32 => (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            TensorDtype.U64 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            TensorDtype.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
            TensorDtype.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            TensorDtype.F64 => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            _ => null,
        };
    }
}
