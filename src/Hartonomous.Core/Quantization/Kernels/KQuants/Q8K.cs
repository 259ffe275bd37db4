using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.KQuants;

/// <summary>Q8_K: 256 values in 292 bytes. d as a float, 256 signed bytes, sixteen sums that only products need. A value is <c>d * q</c>.</summary>
internal readonly unsafe struct Q8K : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 292;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Unsafe.ReadUnaligned<float>(source);
            for (int i = 0; i < 256; i++)
            {
                *destination++ = d * (sbyte)source[4 + i];
            }
        }
    }

    /// <inheritdoc/>
    public static void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Unsafe.ReadUnaligned<float>(source);
            for (byte* quants = source + 4; quants < source + 260; quants += 16, destination += 16)
            {
                TLanes.Store(Bytes.Load(quants).AsSByte(), d, destination);
            }
        }
    }
}
