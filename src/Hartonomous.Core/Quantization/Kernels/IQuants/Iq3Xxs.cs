using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// IQ3_XXS: 256 values in 98 bytes. d as a half, 64 indices into the codebook of four values each, then 32 bits for every 32 values: four 7-bit
/// sign patterns and, at the top, a 4-bit scale. A value is <c>d * (0.5 + scale) * 0.5 * level</c>, with its sign.
/// </summary>
internal readonly unsafe struct Iq3Xxs : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 98;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source);
            for (int group = 0; group < 8; group++)
            {
                byte* indices = source + 2 + (8 * group);
                uint bits = Unsafe.ReadUnaligned<uint>(source + 66 + (4 * group));
                float scale = d * (0.5f + (bits >> 28)) * 0.5f;
                for (int l = 0; l < 4; l++, destination += 8)
                {
                    ulong levels = IqGrids.Iq3Xxs[indices[2 * l]] | ((ulong)IqGrids.Iq3Xxs[indices[(2 * l) + 1]] << 32);
                    IqGrids.WriteSigned(levels, IqGrids.EvenSigns[(int)(bits >> (7 * l)) & 127], scale, destination);
                }
            }
        }
    }

    /// <inheritdoc/>
    public static void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes
    {
        ref uint grid = ref IqGrids.First(IqGrids.Iq3Xxs);
        ref ulong signs = ref IqGrids.First(IqGrids.EvenSigns);
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            // Scaling by a power of two is exact at the magnitudes of a half: (0.5 + scale) * 0.5 is (2 * scale + 1) / 4.
            float d = Bytes.Half(source) * 0.25f;
            byte* indices = source + 2;
            for (byte* part = source + 66; part < source + 98; part += 4, indices += 8, destination += 32)
            {
                uint bits = Unsafe.ReadUnaligned<uint>(part);
                float scale = d * (int)((bits >> 27) | 1);
                TLanes.Store(
                    IqGrids.Signed(
                        Vector128.Create(
                            Unsafe.Add(ref grid, (uint)indices[0]),
                            Unsafe.Add(ref grid, (uint)indices[1]),
                            Unsafe.Add(ref grid, (uint)indices[2]),
                            Unsafe.Add(ref grid, (uint)indices[3])).AsUInt64(),
                        Vector128.Create(Unsafe.Add(ref signs, bits & 127), Unsafe.Add(ref signs, (bits >> 7) & 127))),
                    scale,
                    destination);
                TLanes.Store(
                    IqGrids.Signed(
                        Vector128.Create(
                            Unsafe.Add(ref grid, (uint)indices[4]),
                            Unsafe.Add(ref grid, (uint)indices[5]),
                            Unsafe.Add(ref grid, (uint)indices[6]),
                            Unsafe.Add(ref grid, (uint)indices[7])).AsUInt64(),
                        Vector128.Create(Unsafe.Add(ref signs, (bits >> 14) & 127), Unsafe.Add(ref signs, (bits >> 21) & 127))),
                    scale,
                    destination + 16);
            }
        }
    }
}
