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
        ref ulong grid = ref IqGrids.First(IqGrids.Iq1S);
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            TLanes.Store(OddScales(source + 48), Super(source + 48) * 0.125f, scales);
            for (int group = 0; group < 16; group++, destination += 16)
            {
                uint bits = source[32 + group];
                byte* low = source + (2 * group);
                Vector128<ulong> levels = Vector128.Create(
                    Unsafe.Add(ref grid, low[0] | ((bits << 8) & 0x700)),
                    Unsafe.Add(ref grid, low[1] | ((bits << 4) & 0x700)));
                Vector128<ulong> shifts = Vector128.Create(
                    ((bits >> 3) & 1) * IqGrids.Iq1ShiftOfEight,
                    (bits >> 7) * IqGrids.Iq1ShiftOfEight);
                TLanes.Store(levels.AsSByte() + shifts.AsSByte(), scales[group], destination);
            }
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
