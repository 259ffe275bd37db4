using System.Globalization;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>The dtypes of TensorFlow (<c>tensorflow/core/framework/types.proto</c>).</summary>
internal static class TensorFlowDtypes
{
    private const int FirstReference = 101;

    // Quantized integers are plain ones, their range is another tensor. What has no dtype here is no array of numbers, or is kept in an
    // encoding that nothing describes (4- and 2-bit numbers in memory order, B11FNUZ).
    private static readonly (string Name, TensorDtype Dtype)[] All =
    [
        ("DT_INVALID", TensorDtype.Unknown), ("DT_FLOAT", TensorDtype.F32), ("DT_DOUBLE", TensorDtype.F64), ("DT_INT32", TensorDtype.I32),
        ("DT_UINT8", TensorDtype.U8), ("DT_INT16", TensorDtype.I16), ("DT_INT8", TensorDtype.I8), ("DT_STRING", TensorDtype.Unknown),
        ("DT_COMPLEX64", TensorDtype.C64), ("DT_INT64", TensorDtype.I64), ("DT_BOOL", TensorDtype.BOOL), ("DT_QINT8", TensorDtype.I8),
        ("DT_QUINT8", TensorDtype.U8), ("DT_QINT32", TensorDtype.I32), ("DT_BFLOAT16", TensorDtype.BF16), ("DT_QINT16", TensorDtype.I16),
        ("DT_QUINT16", TensorDtype.U16), ("DT_UINT16", TensorDtype.U16), ("DT_COMPLEX128", TensorDtype.C128), ("DT_HALF", TensorDtype.F16),
        ("DT_RESOURCE", TensorDtype.Unknown), ("DT_VARIANT", TensorDtype.Unknown), ("DT_UINT32", TensorDtype.U32),
        ("DT_UINT64", TensorDtype.U64), ("DT_FLOAT8_E5M2", TensorDtype.F8_E5M2), ("DT_FLOAT8_E4M3FN", TensorDtype.F8_E4M3),
        ("DT_FLOAT8_E4M3FNUZ", TensorDtype.F8_E4M3FNUZ), ("DT_FLOAT8_E4M3B11FNUZ", TensorDtype.Unknown),
        ("DT_FLOAT8_E5M2FNUZ", TensorDtype.F8_E5M2FNUZ), ("DT_INT4", TensorDtype.Unknown), ("DT_UINT4", TensorDtype.Unknown),
        ("DT_INT2", TensorDtype.Unknown), ("DT_UINT2", TensorDtype.Unknown), ("DT_FLOAT4_E2M1FN", TensorDtype.Unknown),
    ];

    /// <summary>Whether a tensor may have this dtype; 0 and the references of version 1 are none of a tensor.</summary>
    public static bool Exists(int id) => id > 0 && id < All.Length;

    /// <summary>TensorFlow's name of a dtype (<c>DT_FLOAT</c>).</summary>
    public static string Name(int id) =>
        id >= 0 && id < All.Length ? All[id].Name
        : Exists(id - FirstReference + 1) ? All[id - FirstReference + 1].Name + "_REF"
        : id.ToString(CultureInfo.InvariantCulture);

    /// <summary>How values of an existing dtype are stored; Unknown where they are not read.</summary>
    public static TensorDtype Dtype(int id) => All[id].Dtype;
}
