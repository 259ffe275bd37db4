using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels.Lanes;

/// <summary>Four floats at a time, on any machine with 128-bit vectors.</summary>
internal readonly unsafe struct Lanes128 : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> values, float scale, float* destination)
    {
        Vector128<float> factor = Vector128.Create(scale);
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(values);
        (Vector128.ConvertToSingle(Vector128.WidenLower(low)) * factor).Store(destination);
        (Vector128.ConvertToSingle(Vector128.WidenUpper(low)) * factor).Store(destination + 4);
        (Vector128.ConvertToSingle(Vector128.WidenLower(high)) * factor).Store(destination + 8);
        (Vector128.ConvertToSingle(Vector128.WidenUpper(high)) * factor).Store(destination + 12);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> values, float scale, float offset, float* destination)
    {
        Vector128<float> factor = Vector128.Create(scale);
        Vector128<float> less = Vector128.Create(offset);
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(values);
        ((Vector128.ConvertToSingle(Vector128.WidenLower(low)) * factor) - less).Store(destination);
        ((Vector128.ConvertToSingle(Vector128.WidenUpper(low)) * factor) - less).Store(destination + 4);
        ((Vector128.ConvertToSingle(Vector128.WidenLower(high)) * factor) - less).Store(destination + 8);
        ((Vector128.ConvertToSingle(Vector128.WidenUpper(high)) * factor) - less).Store(destination + 12);
    }
}
