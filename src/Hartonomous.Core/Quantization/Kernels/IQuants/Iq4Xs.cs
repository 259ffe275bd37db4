using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// IQ4_XS: 256 values in 136 bytes. d as a half, the upper two bits of eight 6-bit scales in 16 bits, their lower four in 4 bytes, 128 bytes of
/// codes: 16 bytes hold 32 values as in IQ4_NL. A value is <c>d * (scale - 32) * level[code]</c>, one scale for every 32 values.
/// </summary>
internal readonly unsafe struct Iq4Xs : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 136;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source);
            int high = Unsafe.ReadUnaligned<ushort>(source + 2);
            for (int group = 0; group < 8; group++, destination += 32)
            {
                int scale = ((source[4 + (group >> 1)] >> (4 * (group & 1))) & 15) | (((high >> (2 * group)) & 3) << 4);
                float factor = d * (scale - 32);
                byte* codes = source + 8 + (16 * group);
                for (int i = 0; i < 16; i++)
                {
                    destination[i] = factor * Iq4Values.Levels[codes[i] & 15];
                    destination[i + 16] = factor * Iq4Values.Levels[codes[i] >> 4];
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
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            TLanes.Store(Scales(source + 2), Bytes.Half(source), scales);
            for (nint group = 0; group < 8; group++, destination += 32)
            {
                float scale = scales[group];
                Vector128<byte> codes = Bytes.Load(source + 8 + (16 * group));
                TLanes.Store(Iq4Values.Of(codes & Vector128.Create((byte)15)), scale, destination);
                TLanes.Store(Iq4Values.Of(Bytes.Right(codes, 4, 15)), scale, destination + 16);
            }
        }
    }

    /// <summary>The eight scales, in the lower half of the vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Scales(byte* packed)
    {
        // Multiplying by a power of two moves each lane's two bits to the top, from where one shift brings them all to bits 4 and 5.
        Vector128<ushort> high = Vector128.Create(Unsafe.ReadUnaligned<ushort>(packed))
            * Vector128.Create((ushort)(1 << 14), 1 << 12, 1 << 10, 1 << 8, 1 << 6, 1 << 4, 1 << 2, 1);
        Vector128<byte> upper = Vector128.Narrow((high >> 10) & Vector128.Create((ushort)0x30), Vector128<ushort>.Zero);
        return (Bytes.Nibbles(Unsafe.ReadUnaligned<uint>(packed + 2)) | upper).AsSByte() - Vector128.Create((sbyte)32);
    }
}
