using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Numerics.Lanes;

/// <summary>Width of the vectors a kernel uses. Results do not depend on it; the members exist so that tests can prove that.</summary>
internal enum VectorWidth
{
    /// <summary>128 bits: every machine.</summary>
    V128,

    /// <summary>256 bits: AVX2.</summary>
    V256,

    /// <summary>512 bits: AVX-512.</summary>
    V512,
}

/// <summary>What this machine has.</summary>
internal static class VectorWidths
{
    /// <summary>The widest vectors that run in hardware.</summary>
    public static VectorWidth Best { get; } =
        Vector512.IsHardwareAccelerated ? VectorWidth.V512 : Vector256.IsHardwareAccelerated ? VectorWidth.V256 : VectorWidth.V128;
}
