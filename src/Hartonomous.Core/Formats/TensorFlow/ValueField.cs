using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>The field of a TensorProto that holds the values of a dtype where they are not raw content.</summary>
/// <param name="Number">The field's number.</param>
/// <param name="FixedWidth">Bytes of each number where they have a fixed length; 0 for varints and for bytes.</param>
/// <param name="Lanes">Numbers of a value: 2 for complex ones.</param>
internal readonly record struct ValueField(int Number, int FixedWidth, int Lanes)
{
    /// <summary>The field of 8-bit floats, which holds bytes rather than numbers.</summary>
    public const int Float8 = 18;

    /// <summary>Whether a field is one of those that hold values: <c>*_val</c> of <c>tensorflow/core/framework/tensor.proto</c>.</summary>
    public static bool IsOne(int number) => number is >= 5 and <= Float8;

    /// <summary>The field of a dtype.</summary>
    public static ValueField Of(TensorDtype dtype) => dtype switch
    {
        TensorDtype.F32 => new ValueField(5, 4, 1),
        TensorDtype.F64 => new ValueField(6, 8, 1),
        TensorDtype.C64 => new ValueField(9, 4, 2),
        TensorDtype.I64 => new ValueField(10, 0, 1),
        TensorDtype.BOOL => new ValueField(11, 0, 1),
        TensorDtype.C128 => new ValueField(12, 8, 2),
        TensorDtype.F16 or TensorDtype.BF16 => new ValueField(13, 0, 1),
        TensorDtype.U32 => new ValueField(16, 0, 1),
        TensorDtype.U64 => new ValueField(17, 0, 1),
        TensorDtype.F8_E4M3 or TensorDtype.F8_E5M2 or TensorDtype.F8_E4M3FNUZ or TensorDtype.F8_E5M2FNUZ => new ValueField(Float8, 0, 1),
        _ => new ValueField(7, 0, 1),
    };
}
