using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// A value of <c>TensorProto.DataType</c>: its encoding, and how a typed field holds it. The typed fields are those of the comments in
/// <c>onnx.proto</c>; bit-packed values lie in <c>int32_data</c> byte by byte, floats of 16 and 8 bits as their bit patterns, complex
/// values as two numbers each.
/// </summary>
/// <param name="Name">ONNX's name.</param>
/// <param name="Dtype">The encoding.</param>
/// <param name="Field">Number of the typed field of a TensorProto that may hold the values.</param>
/// <param name="Width">Bytes of the content that one number of the typed field stands for.</param>
/// <param name="Min">The least number that fits.</param>
/// <param name="Max">The greatest number that fits.</param>
internal sealed record OnnxDataType(
    string Name, TensorDtype Dtype, int Field, int Width, long Min = long.MinValue, long Max = long.MaxValue)
{
    /// <summary>The id of STRING, whose values are no weights.</summary>
    public const int StringId = 8;

    private static readonly OnnxDataType?[] ById =
    [
        null,
        new("FLOAT", TensorDtype.F32, OnnxFields.Tensor.FloatData, 4),
        Int32("UINT8", TensorDtype.U8, 1, 0, byte.MaxValue),
        Int32("INT8", TensorDtype.I8, 1, sbyte.MinValue, sbyte.MaxValue),
        Int32("UINT16", TensorDtype.U16, 2, 0, ushort.MaxValue),
        Int32("INT16", TensorDtype.I16, 2, short.MinValue, short.MaxValue),
        Int32("INT32", TensorDtype.I32, 4, int.MinValue, int.MaxValue),
        new("INT64", TensorDtype.I64, OnnxFields.Tensor.Int64Data, 8),
        null,
        Int32("BOOL", TensorDtype.BOOL, 1, 0, 1),
        Int32("FLOAT16", TensorDtype.F16, 2, 0, ushort.MaxValue),
        new("DOUBLE", TensorDtype.F64, OnnxFields.Tensor.DoubleData, 8),
        new("UINT32", TensorDtype.U32, OnnxFields.Tensor.UInt64Data, 4, 0, uint.MaxValue),
        new("UINT64", TensorDtype.U64, OnnxFields.Tensor.UInt64Data, 8),
        new("COMPLEX64", TensorDtype.C64, OnnxFields.Tensor.FloatData, 4),
        new("COMPLEX128", TensorDtype.C128, OnnxFields.Tensor.DoubleData, 8),
        Int32("BFLOAT16", TensorDtype.BF16, 2, 0, ushort.MaxValue),
        Int32("FLOAT8E4M3FN", TensorDtype.F8_E4M3, 1, 0, byte.MaxValue),
        Int32("FLOAT8E4M3FNUZ", TensorDtype.F8_E4M3FNUZ, 1, 0, byte.MaxValue),
        Int32("FLOAT8E5M2", TensorDtype.F8_E5M2, 1, 0, byte.MaxValue),
        Int32("FLOAT8E5M2FNUZ", TensorDtype.F8_E5M2FNUZ, 1, 0, byte.MaxValue),
        Int32("UINT4", TensorDtype.U4, 1, 0, byte.MaxValue),
        Int32("INT4", TensorDtype.I4, 1, 0, byte.MaxValue),
        Int32("FLOAT4E2M1", TensorDtype.F4, 1, 0, byte.MaxValue),
        Int32("FLOAT8E8M0", TensorDtype.F8_E8M0, 1, 0, byte.MaxValue),
        Int32("UINT2", TensorDtype.U2, 1, 0, byte.MaxValue),
        Int32("INT2", TensorDtype.I2, 1, 0, byte.MaxValue),
    ];

    /// <summary>FLOAT, of the attributes <c>value_float</c> and <c>value_floats</c>.</summary>
    public static OnnxDataType Float { get; } = ById[1]!;

    /// <summary>INT64, of the attributes <c>value_int</c> and <c>value_ints</c>.</summary>
    public static OnnxDataType Int64 { get; } = ById[7]!;

    /// <summary>Whether the typed field holds numbers as they stand in the content, four or eight bytes each.</summary>
    public bool IsFixed => Field is OnnxFields.Tensor.FloatData or OnnxFields.Tensor.DoubleData;

    /// <summary>The type of an id, or null where the id is none, UNDEFINED or STRING.</summary>
    public static OnnxDataType? Find(int id) => id >= 0 && id < ById.Length ? ById[id] : null;

    private static OnnxDataType Int32(string name, TensorDtype dtype, int width, long min, long max) =>
        new(name, dtype, OnnxFields.Tensor.Int32Data, width, min, max);
}
