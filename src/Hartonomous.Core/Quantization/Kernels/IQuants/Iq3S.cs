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
        ushort* indices = stackalloc ushort[64];
        ref uint grid = ref IqGrids.First(IqGrids.Iq3S);
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            TLanes.Store(IqGrids.OddScales(Unsafe.ReadUnaligned<uint>(source + 106)), Bytes.Half(source), scales);
            SetIndices(source + 2, source + 66, indices);
            byte* signs = source + 74;
            for (nint group = 0; group < 8; group++, signs += 4, destination += 32)
            {
                ushort* index = indices + (8 * group);
                float scale = scales[group];
                TLanes.Store(IqGrids.Signed(Levels(ref grid, index), Unsafe.ReadUnaligned<ushort>(signs)), scale, destination);
                TLanes.Store(IqGrids.Signed(Levels(ref grid, index + 4), Unsafe.ReadUnaligned<ushort>(signs + 2)), scale, destination + 16);
            }
        }
    }

    /// <summary>Four entries of the codebook.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Levels(ref uint grid, ushort* index) => Vector128.Create(
        Unsafe.Add(ref grid, (uint)index[0]),
        Unsafe.Add(ref grid, (uint)index[1]),
        Unsafe.Add(ref grid, (uint)index[2]),
        Unsafe.Add(ref grid, (uint)index[3])).AsUInt64();

    /// <summary>Joins the 64 lower bytes of the indices with their ninth bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetIndices(byte* low, byte* high, ushort* indices)
    {
        for (nint group = 0; group < 8; group++)
        {
            // Multiplying by a power of two moves each lane's bit to bit 8.
            Vector128<ushort> ninth = Vector128.Create((ushort)high[group]) * Vector128.Create((ushort)256, 128, 64, 32, 16, 8, 4, 2);
            Vector128<byte> lower = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(low + (8 * group))).AsByte();
            (Vector128.WidenLower(lower) | (ninth & Vector128.Create((ushort)256))).Store(indices + (8 * group));
        }
    }
}
