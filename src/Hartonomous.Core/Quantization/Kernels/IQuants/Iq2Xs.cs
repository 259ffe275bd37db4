using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// IQ2_XS: 256 values in 74 bytes. d as a half, 32 times 16 bits of a 9-bit index into the codebook and a 7-bit sign pattern for 8 values each,
/// sixteen 4-bit scales. A value is <c>d * (0.5 + scale) * 0.25 * level</c>, with its sign.
/// </summary>
internal readonly unsafe struct Iq2Xs : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 74;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source);
            for (int l = 0; l < 32; l++, destination += 8)
            {
                int code = Unsafe.ReadUnaligned<ushort>(source + 2 + (2 * l));
                int scaleBits = (source[66 + (l >> 2)] >> (2 * (l & 2))) & 15;
                float scale = d * (0.5f + scaleBits) * 0.25f;
                IqGrids.WriteSigned(IqGrids.Iq2Xs[code & 511], IqGrids.EvenSigns[code >> 9], scale, destination);
            }
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public static void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes
    {
        float* scales = stackalloc float[16];
        ref ulong grid = ref IqGrids.First(IqGrids.Iq2Xs);
        ref ulong signs = ref IqGrids.First(IqGrids.EvenSigns);
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            TLanes.Store(IqGrids.OddScales(Unsafe.ReadUnaligned<ulong>(source + 66)), Bytes.Half(source) * 0.125f, scales);
            for (nint group = 0; group < 16; group++, destination += 16)
            {
                uint codes = Unsafe.ReadUnaligned<uint>(source + 2 + (4 * group));
                TLanes.Store(
                    IqGrids.Signed(
                        Vector128.Create(Unsafe.Add(ref grid, codes & 511), Unsafe.Add(ref grid, (codes >> 16) & 511)),
                        Vector128.Create(Unsafe.Add(ref signs, (codes >> 9) & 127), Unsafe.Add(ref signs, codes >> 25))),
                    scales[group],
                    destination);
            }
        }
    }
}
