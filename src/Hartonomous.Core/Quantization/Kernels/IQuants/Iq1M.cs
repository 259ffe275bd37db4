using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// IQ1_M: 256 values in 56 bytes. 32 bytes of the lower eight bits of indices into the codebook, 16 bytes of their upper three bits and the sign
/// of the offset, sixteen 3-bit scales in four times 16 bits, whose upper four bits together are d as a half. A value is
/// <c>d * (2 * scale + 1) * (level ± 0.125)</c>.
/// </summary>
internal readonly unsafe struct Iq1M : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 56;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Super(source + 48);
            for (int l = 0; l < 32; l++, destination += 8)
            {
                int bits = source[32 + (l >> 1)] >> (4 * (l & 1));
                int index = source[l] | ((bits & 7) << 8);
                int group = l >> 1;
                int scaleBits = (Unsafe.ReadUnaligned<ushort>(source + 48 + (2 * (group >> 2))) >> (3 * (group & 3))) & 7;
                IqGrids.WriteShifted(IqGrids.Iq1S[index], (bits & 8) != 0, d * ((2 * scaleBits) + 1), destination);
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
        ref ulong grid = ref IqGrids.First(IqGrids.Iq1S);
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            TLanes.Store(OddScales(source + 48), Super(source + 48) * 0.125f, scales);
            SetIndices(source, source + 32, indices);
            for (nint group = 0; group < 16; group++, destination += 16)
            {
                Vector128<ulong> levels = Vector128.Create(
                    Unsafe.Add(ref grid, (uint)indices[2 * group]), Unsafe.Add(ref grid, (uint)indices[(2 * group) + 1]));
                // Bits 3 and 7 say whether the first and the last eight values have the lower offset.
                Vector128<byte> places = Vector128.Create(0x0808_0808_0808_0808, 0x8080_8080_8080_8080).AsByte();
                Vector128<byte> lower = Vector128.Equals(Vector128.Create(source[32 + group]) & places, places);
                TLanes.Store(levels.AsSByte() + (lower.AsSByte() & Vector128.Create(IqGrids.Iq1Shift)), scales[group], destination);
            }
        }
    }

    /// <summary>Joins the 32 lower bytes of the indices with their upper three bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SetIndices(byte* low, byte* high, ushort* indices)
    {
        for (nint group = 0; group < 4; group++)
        {
            Vector128<ushort> upper = Vector128.WidenLower(Bytes.Nibbles(Unsafe.ReadUnaligned<uint>(high + (4 * group)))) << 8;
            Vector128<byte> lower = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(low + (8 * group))).AsByte();
            (Vector128.WidenLower(lower) | (upper & Vector128.Create((ushort)0x700))).Store(indices + (8 * group));
        }
    }

    private static float Super(byte* packed)
    {
        ulong bits = Unsafe.ReadUnaligned<ulong>(packed);
        return Float16.ToSingle((ushort)(((bits >> 12) & 0xF) | ((bits >> 24) & 0xF0) | ((bits >> 36) & 0xF00) | ((bits >> 48) & 0xF000)));
    }

    /// <summary>Twice the sixteen scales and one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> OddScales(byte* packed)
    {
        const ulong FourTimes = 0x0001_0001_0001_0001;
        ushort* words = (ushort*)packed;
        // Multiplying by a power of two moves each lane's three bits to the top, from where one shift brings them all down.
        Vector128<ushort> places = Vector128.Create((ushort)(1 << 13), 1 << 10, 1 << 7, 1 << 4, 1 << 13, 1 << 10, 1 << 7, 1 << 4);
        Vector128<ushort> first = Vector128.Create(words[0] * FourTimes, words[1] * FourTimes).AsUInt16() * places;
        Vector128<ushort> second = Vector128.Create(words[2] * FourTimes, words[3] * FourTimes).AsUInt16() * places;
        Vector128<ushort> mask = Vector128.Create((ushort)14);
        return Vector128.Narrow(((first >> 12) & mask) | Vector128<ushort>.One, ((second >> 12) & mask) | Vector128<ushort>.One).AsSByte();
    }
}
