using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hartonomous.Core.Quantization.Kernels.Lanes;

/// <summary>Sixteen floats at a time; needs AVX-512F and is <see cref="Lanes256"/> elsewhere.</summary>
internal readonly unsafe struct Lanes512 : ILanes
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> values, float scale, float* destination)
    {
        if (Avx512F.IsSupported)
        {
            (Floats(values) * Vector512.Create(scale)).Store(destination);
        }
        else
        {
            Lanes256.Store(values, scale, destination);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> values, float scale, float offset, float* destination)
    {
        if (Avx512F.IsSupported)
        {
            ((Floats(values) * Vector512.Create(scale)) - Vector512.Create(offset)).Store(destination);
        }
        else
        {
            Lanes256.Store(values, scale, offset, destination);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Floats(Vector128<sbyte> values) => Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(values));
}
