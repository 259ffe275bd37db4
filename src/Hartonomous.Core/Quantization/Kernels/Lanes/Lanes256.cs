using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.Quantization.Kernels.Lanes;

/// <summary>Eight floats at a time; needs AVX2 and is <see cref="Lanes128"/> elsewhere.</summary>
internal readonly unsafe struct Lanes256 : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> values, float scale, float* destination)
    {
        if (!Avx2.IsSupported)
        {
            Lanes128.Store(values, scale, destination);
            return;
        }

        Vector256<float> factor = Vector256.Create(scale);
        (Low(values) * factor).Store(destination);
        (High(values) * factor).Store(destination + 8);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> values, float scale, float offset, float* destination)
    {
        if (!Avx2.IsSupported)
        {
            Lanes128.Store(values, scale, offset, destination);
            return;
        }

        Vector256<float> factor = Vector256.Create(scale);
        Vector256<float> less = Vector256.Create(offset);
        ((Low(values) * factor) - less).Store(destination);
        ((High(values) * factor) - less).Store(destination + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Low(Vector128<sbyte> values) => Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> High(Vector128<sbyte> values) =>
        Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32(Sse2.ShiftRightLogical128BitLane(values, 8)));
}
