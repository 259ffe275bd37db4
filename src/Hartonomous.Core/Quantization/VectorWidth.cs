namespace Hartonomous.Core.Quantization;

/// <summary>The ways a kernel can go, by the width of its registers in bits.</summary>
internal enum VectorWidth
{
    /// <summary>One value after the other.</summary>
    Scalar = 0,

    /// <summary>SSE and AdvSimd.</summary>
    Vector128 = 128,

    /// <summary>AVX2.</summary>
    Vector256 = 256,

    /// <summary>AVX-512.</summary>
    Vector512 = 512,
}
