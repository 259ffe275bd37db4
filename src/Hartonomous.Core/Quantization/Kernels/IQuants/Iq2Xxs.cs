using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// IQ2_XXS: 256 values in 66 bytes. d as a half, then 8 bytes for every 32 values: four indices into the codebook, and 32 bits of four 7-bit sign
/// patterns and, at the top, a 4-bit scale. A value is <c>d * (0.5 + scale) * 0.25 * level</c>, with its sign.
/// </summary>
internal readonly unsafe struct Iq2Xxs : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 66;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source);
            for (int group = 0; group < 8; group++)
            {
                byte* part = source + 2 + (8 * group);
                uint bits = Unsafe.ReadUnaligned<uint>(part + 4);
                float scale = d * (0.5f + (bits >> 28)) * 0.25f;
                for (int l = 0; l < 4; l++, destination += 8)
                {
                    IqGrids.WriteSigned(IqGrids.Iq2Xxs[part[l]], IqGrids.EvenSigns[(int)(bits >> (7 * l)) & 127], scale, destination);
                }
            }
        }
    }

    /// <inheritdoc/>
    public static void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes
    {
        ref ulong grid = ref IqGrids.First(IqGrids.Iq2Xxs);
        ref ulong signs = ref IqGrids.First(IqGrids.EvenSigns);
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            // Scaling by a power of two is exact at the magnitudes of a half: (0.5 + scale) * 0.25 is (2 * scale + 1) / 8.
            float d = Bytes.Half(source) * 0.125f;
            for (byte* part = source + 2; part < source + 66; part += 8, destination += 32)
            {
                uint indices = Unsafe.ReadUnaligned<uint>(part);
                uint bits = Unsafe.ReadUnaligned<uint>(part + 4);
                float scale = d * (int)((bits >> 27) | 1);
                TLanes.Store(
                    IqGrids.Signed(
                        Vector128.Create(Unsafe.Add(ref grid, indices & 255), Unsafe.Add(ref grid, (indices >> 8) & 255)),
                        Vector128.Create(Unsafe.Add(ref signs, bits & 127), Unsafe.Add(ref signs, (bits >> 7) & 127))),
                    scale,
                    destination);
                TLanes.Store(
                    IqGrids.Signed(
                        Vector128.Create(Unsafe.Add(ref grid, (indices >> 16) & 255), Unsafe.Add(ref grid, indices >> 24)),
                        Vector128.Create(Unsafe.Add(ref signs, (bits >> 14) & 127), Unsafe.Add(ref signs, (bits >> 21) & 127))),
                    scale,
                    destination + 16);
            }
        }
    }
}
