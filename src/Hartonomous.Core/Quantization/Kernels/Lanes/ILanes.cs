using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels.Lanes;

/// <summary>
/// The last step of most block types, at one vector width: sixteen small integers become floats. The product is rounded before the offset is
/// subtracted, as in ggml's <c>dequantize_row_*</c>: no fused multiply-add, so that every width and the scalar code give the same bits.
/// </summary>
internal unsafe interface ILanes
{
    /// <summary>Writes <c>scale * values[i]</c> for the sixteen values.</summary>
    static abstract void Store(Vector128<sbyte> values, float scale, float* destination);

    /// <summary>Writes <c>scale * values[i] - offset</c> for the sixteen values.</summary>
    static abstract void Store(Vector128<sbyte> values, float scale, float offset, float* destination);
}
