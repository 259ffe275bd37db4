using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>The sixteen levels of IQ4_NL and IQ4_XS.</summary>
internal static class Iq4Values
{
    /// <summary>The levels, in the order of their 4-bit codes.</summary>
    public static ReadOnlySpan<sbyte> Levels => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];

    /// <summary>The levels of sixteen codes below 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Of(Vector128<byte> codes) => Bytes.Lookup(Vector128.Create(Levels), codes);
}
