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
        ref ulong grid = ref IqGrids.First(IqGrids.Iq2S);
        ref ulong signs = ref IqGrids.First(IqGrids.Signs);
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            TLanes.Store(IqGrids.OddScales(Unsafe.ReadUnaligned<ulong>(source + 74)), Bytes.Half(source) * 0.125f, scales);
            for (int group = 0; group < 16; group += 2, destination += 32)
            {
                byte* low = source + 2 + (2 * group);
                uint high = source[66 + (group >> 1)];
                byte* sign = low + 32;
                TLanes.Store(
                    IqGrids.Signed(
                        Vector128.Create(Unsafe.Add(ref grid, low[0] | ((high << 8) & 0x300)), Unsafe.Add(ref grid, low[1] | ((high << 6) & 0x300))),
                        Vector128.Create(Unsafe.Add(ref signs, (uint)sign[0]), Unsafe.Add(ref signs, (uint)sign[1]))),
                    scales[group],
                    destination);
                TLanes.Store(
                    IqGrids.Signed(
                        Vector128.Create(Unsafe.Add(ref grid, low[2] | ((high << 4) & 0x300)), Unsafe.Add(ref grid, low[3] | ((high << 2) & 0x300))),
                        Vector128.Create(Unsafe.Add(ref signs, (uint)sign[2]), Unsafe.Add(ref signs, (uint)sign[3]))),
                    scales[group + 1],
                    destination + 16);
            }
        }
    }
}
