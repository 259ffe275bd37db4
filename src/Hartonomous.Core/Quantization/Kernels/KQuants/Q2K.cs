using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.KQuants;

/// <summary>
/// Q2_K: 256 values in 84 bytes. 16 bytes of a 4-bit scale and a 4-bit minimum each, one for every 16 values; 64 bytes of 2-bit values;
/// d and dmin as halfs. A value is <c>d * scale * q - dmin * minimum</c>.
/// </summary>
internal readonly unsafe struct Q2K : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 84;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source + 80);
            float dmin = Bytes.Half(source + 82);
            for (int group = 0; group < 16; group++)
            {
                float scale = d * (source[group] & 15);
                float minimum = dmin * (source[group] >> 4);
                byte* quants = source + 16 + (32 * (group >> 3)) + (16 * (group & 1));
                int shift = group & 6;
                for (int i = 0; i < 16; i++)
                {
                    *destination++ = (scale * ((quants[i] >> shift) & 3)) - minimum;
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
            Vector128<byte> packed = Bytes.Load(source);
            TLanes.Store((packed & Vector128.Create((byte)15)).AsSByte(), Bytes.Half(source + 80), scales);
            TLanes.Store(Bytes.Right(packed, 4, 15).AsSByte(), Bytes.Half(source + 82), minima);
            for (int half = 0; half < 2; half++)
            {
                Vector128<byte> first = Bytes.Load(source + 16 + (32 * half));
                Vector128<byte> second = Bytes.Load(source + 32 + (32 * half));
                for (nint group = 8 * half; group < 8 * half + 8; group += 2, destination += 32)
                {
                    TLanes.Store((first & Vector128.Create((byte)3)).AsSByte(), scales[group], minima[group], destination);
                    TLanes.Store((second & Vector128.Create((byte)3)).AsSByte(), scales[group + 1], minima[group + 1], destination + 16);
                    first = (first.AsUInt16() >> 2).AsByte();
                    second = (second.AsUInt16() >> 2).AsByte();
                }
            }
        }
    }
}
