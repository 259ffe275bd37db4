using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.KQuants;

/// <summary>
/// Q6_K: 256 values in 210 bytes. 128 bytes of lower halves, 64 bytes of upper bit pairs, sixteen signed 8-bit scales, d as a half. A value is
/// <c>d * scale * (q - 32)</c>, one scale for every 16 values.
/// </summary>
internal readonly unsafe struct Q6K : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 210;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source + 208);
            for (int group = 0; group < 16; group++)
            {
                float scale = d * (sbyte)source[192 + group];
                int half = group >> 3;
                byte* low = source + (64 * half) + (32 * ((group >> 1) & 1)) + (16 * (group & 1));
                byte* high = source + 128 + (32 * half) + (16 * (group & 1));
                int lowShift = group & 4;
                int highShift = group & 6;
                for (int i = 0; i < 16; i++)
                {
                    *destination++ = scale * ((((low[i] >> lowShift) & 15) | (((high[i] >> highShift) & 3) << 4)) - 32);
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
        for (; blocks > 0; blocks--, source += BlockBytes, destination += 256)
        {
            TLanes.Store(Bytes.Load(source + 192).AsSByte(), Bytes.Half(source + 208), scales);
            for (int quarter = 0; quarter < 4; quarter++)
            {
                int half = quarter >> 1;
                int odd = quarter & 1;
                Vector128<byte> low = Bytes.Load(source + (64 * half) + (16 * odd));
                Vector128<byte> lowNext = Bytes.Load(source + (64 * half) + 32 + (16 * odd));
                Vector128<byte> high = Bytes.Load(source + 128 + (16 * quarter));
                float* scale = scales + (8 * half) + odd;
                float* target = destination + (128 * half) + (16 * odd);
                TLanes.Store(Join(low & Vector128.Create((byte)15), Bytes.Left(high, 4, 48)), scale[0], target);
                TLanes.Store(Join(lowNext & Vector128.Create((byte)15), Bytes.Left(high, 2, 48)), scale[2], target + 32);
                TLanes.Store(Join(Bytes.Right(low, 4, 15), high & Vector128.Create((byte)48)), scale[4], target + 64);
                TLanes.Store(Join(Bytes.Right(lowNext, 4, 15), Bytes.Right(high, 2, 48)), scale[6], target + 96);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Join(Vector128<byte> low, Vector128<byte> high) => (low | high).AsSByte() - Vector128.Create((sbyte)32);
}
