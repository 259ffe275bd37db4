using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.KQuants;

/// <summary>
/// Q4_K: 256 values in 144 bytes. d and dmin as halfs, 12 bytes of scales and minima, 128 bytes of 4-bit values: 32 bytes hold 32 values in
/// their lower halves and the next 32 in their upper ones. A value is <c>d * scale * q - dmin * minimum</c>.
/// </summary>
internal readonly unsafe struct Q4K : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 144;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source);
            float dmin = Bytes.Half(source + 2);
            for (int group = 0; group < 8; group++)
            {
                (int scaleBits, int minimumBits) = SixBitScales.At(source + 4, group);
                float scale = d * scaleBits;
                float minimum = dmin * minimumBits;
                byte* quants = source + 16 + (32 * (group >> 1));
                int shift = 4 * (group & 1);
                for (int i = 0; i < 32; i++)
                {
                    *destination++ = (scale * ((quants[i] >> shift) & 15)) - minimum;
                }
            }
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public static void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes
    {
        float* scales = stackalloc float[16];
        float* minima = stackalloc float[16];
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            Vector128<sbyte> packed = SixBitScales.All(source + 4);
            TLanes.Store(packed, Bytes.Half(source), scales);
            TLanes.Store(packed, Bytes.Half(source + 2), minima);
            byte* quants = source + 16;
            for (nint group = 0; group < 8; group += 2, quants += 32, destination += 64)
            {
                Vector128<byte> first = Bytes.Load(quants);
                Vector128<byte> second = Bytes.Load(quants + 16);
                float scale = scales[group];
                float minimum = minima[group + 8];
                TLanes.Store((first & Vector128.Create((byte)15)).AsSByte(), scale, minimum, destination);
                TLanes.Store((second & Vector128.Create((byte)15)).AsSByte(), scale, minimum, destination + 16);
                scale = scales[group + 1];
                minimum = minima[group + 9];
                TLanes.Store(Bytes.Right(first, 4, 15).AsSByte(), scale, minimum, destination + 32);
                TLanes.Store(Bytes.Right(second, 4, 15).AsSByte(), scale, minimum, destination + 48);
            }
        }
    }
}
