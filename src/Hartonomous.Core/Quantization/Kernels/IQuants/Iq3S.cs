using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// IQ3_S: 256 values in 110 bytes. d as a half, 64 bytes of the lower eight bits of indices into the codebook of four values each, 8 bytes of
/// their ninth bits, 32 bytes of signs, eight 4-bit scales. A value is <c>d * (1 + 2 * scale) * level</c>, with its sign.
/// </summary>
internal readonly unsafe struct Iq3S : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 110;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source);
            for (int l = 0; l < 32; l++, destination += 8)
            {
                int high = source[66 + (l >> 2)] >> (2 * (l & 3));
                int first = source[2 + (2 * l)] | ((high & 1) << 8);
                int second = source[3 + (2 * l)] | ((high & 2) << 7);
                float scale = d * (1 + (2 * ((source[106 + (l >> 3)] >> (l & 4)) & 15)));
                ulong levels = IqGrids.Iq3S[first] | ((ulong)IqGrids.Iq3S[second] << 32);
                IqGrids.WriteSigned(levels, IqGrids.Signs[source[74 + l]], scale, destination);
            }
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public static void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes
    {
        float* scales = stackalloc float[16];
        ref uint grid = ref IqGrids.First(IqGrids.Iq3S);
        ref ulong signs = ref IqGrids.First(IqGrids.Signs);
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            TLanes.Store(IqGrids.OddScales(Unsafe.ReadUnaligned<uint>(source + 106)), Bytes.Half(source), scales);
            for (int group = 0; group < 8; group++, destination += 32)
            {
                byte* low = source + 2 + (8 * group);
                byte* sign = source + 74 + (4 * group);
                uint high = source[66 + group];
                float scale = scales[group];
                TLanes.Store(
                    IqGrids.Signed(
                        Vector128.Create(
                            Unsafe.Add(ref grid, low[0] | ((high << 8) & 256)),
                            Unsafe.Add(ref grid, low[1] | ((high << 7) & 256)),
                            Unsafe.Add(ref grid, low[2] | ((high << 6) & 256)),
                            Unsafe.Add(ref grid, low[3] | ((high << 5) & 256))).AsUInt64(),
                        Vector128.Create(Unsafe.Add(ref signs, (uint)sign[0]), Unsafe.Add(ref signs, (uint)sign[1]))),
                    scale,
                    destination);
                TLanes.Store(
                    IqGrids.Signed(
                        Vector128.Create(
                            Unsafe.Add(ref grid, low[4] | ((high << 4) & 256)),
                            Unsafe.Add(ref grid, low[5] | ((high << 3) & 256)),
                            Unsafe.Add(ref grid, low[6] | ((high << 2) & 256)),
                            Unsafe.Add(ref grid, low[7] | ((high << 1) & 256))).AsUInt64(),
                        Vector128.Create(Unsafe.Add(ref signs, (uint)sign[2]), Unsafe.Add(ref signs, (uint)sign[3]))),
                    scale,
                    destination + 16);
            }
        }
    }
}
