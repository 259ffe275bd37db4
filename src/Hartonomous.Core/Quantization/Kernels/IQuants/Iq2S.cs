using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// IQ2_S: 256 values in 82 bytes. d as a half, 32 bytes of the lower eight bits of indices into the codebook, 32 bytes of signs, 8 bytes of the
/// indices' upper two bits, sixteen 4-bit scales. A value is <c>d * (0.5 + scale) * 0.25 * level</c>, with its sign.
/// </summary>
internal readonly unsafe struct Iq2S : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 82;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source);
            for (int l = 0; l < 32; l++, destination += 8)
            {
                int index = source[2 + l] | ((source[66 + (l >> 2)] << (8 - (2 * (l & 3)))) & 0x300);
                int scaleBits = (source[74 + (l >> 2)] >> (2 * (l & 2))) & 15;
                float scale = d * (0.5f + scaleBits) * 0.25f;
                IqGrids.WriteSigned(IqGrids.Iq2S[index], IqGrids.Signs[source[34 + l]], scale, destination);
            }
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public static void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes
    {
        float* scales = stackalloc float[16];
        ushort* indices = stackalloc ushort[32];
        ref ulong grid = ref IqGrids.First(IqGrids.Iq2S);
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            TLanes.Store(IqGrids.OddScales(Unsafe.ReadUnaligned<ulong>(source + 74)), Bytes.Half(source) * 0.125f, scales);
            SetIndices(source + 2, source + 66, indices);
            for (nint group = 0; group < 16; group++, destination += 16)
            {
                Vector128<ulong> levels = Vector128.Create(
                    Unsafe.Add(ref grid, (uint)indices[2 * group]), Unsafe.Add(ref grid, (uint)indices[(2 * group) + 1]));
                TLanes.Store(IqGrids.Signed(levels, Unsafe.ReadUnaligned<ushort>(source + 34 + (2 * group))), scales[group], destination);
            }
        }
    }

    /// <summary>Joins the 32 lower bytes of the indices with their upper two bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetIndices(byte* low, byte* high, ushort* indices)
    {
        const ulong FourTimes = 0x0001_0001_0001_0001;
        for (nint group = 0; group < 4; group++)
        {
            // Multiplying by a power of two moves each lane's two bits to bits 8 and 9.
            Vector128<ushort> upper = Vector128.Create(high[2 * group] * FourTimes, high[(2 * group) + 1] * FourTimes).AsUInt16()
                * Vector128.Create((ushort)256, 64, 16, 4, 256, 64, 16, 4);
            Vector128<byte> lower = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(low + (8 * group))).AsByte();
            (Vector128.WidenLower(lower) | (upper & Vector128.Create((ushort)0x300))).Store(indices + (8 * group));
        }
    }
}
