using System.Runtime.Intrinsics;

namespace Hartonomous.Core.LinearAlgebra;

/// <summary>Widths of vectors a kernel is written for.</summary>
internal static class VectorBits
{
    /// <summary>The widest this machine has; 0 where it has none and the scalar twin serves.</summary>
    public static int Hardware { get; } =
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
}
