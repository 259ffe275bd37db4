using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.IQuants;

/// <summary>
/// IQ1_S: 256 values in 50 bytes. d as a half, 32 bytes of the lower eight bits of indices into the codebook, then 16 bits for every 32 values:
/// the upper three bits of four indices, a 3-bit scale, the sign of the offset. A value is <c>d * (2 * scale + 1) * (level ± 0.125)</c>.
/// </summary>
internal readonly unsafe struct Iq1S : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 50;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source);
            for (int l = 0; l < 32; l++, destination += 8)
            {
                int bits = Unsafe.ReadUnaligned<ushort>(source + 34 + (2 * (l >> 2)));
                int index = source[2 + l] | (((bits >> (3 * (l & 3))) & 7) << 8);
                float scale = d * ((2 * ((bits >> 12) & 7)) + 1);
                IqGrids.WriteShifted(IqGrids.Iq1S[index], (bits & 0x8000) != 0, scale, destination);
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
            Vector128<ushort> all = Bytes.Load(source + 34).AsUInt16();
            Vector128<ushort> odd = ((all >> 11) & Vector128.Create((ushort)14)) | Vector128<ushort>.One;
            TLanes.Store(Vector128.Narrow(odd, odd).AsSByte(), Bytes.Half(source) * 0.125f, scales);
            for (nint group = 0; group < 8; group++, destination += 32)
            {
                byte* low = source + 2 + (4 * group);
                uint bits = Unsafe.ReadUnaligned<ushort>(source + 34 + (2 * group));
                Vector128<sbyte> shift = Vector128.Create((sbyte)((int)(bits >> 15) * IqGrids.Iq1Shift));
                float scale = scales[group];
                Vector128<ulong> first = Vector128.Create(
                    Unsafe.Add(ref grid, low[0] | ((bits << 8) & 0x700)),
                    Unsafe.Add(ref grid, low[1] | ((bits << 5) & 0x700)));
                Vector128<ulong> second = Vector128.Create(
                    Unsafe.Add(ref grid, low[2] | ((bits << 2) & 0x700)),
                    Unsafe.Add(ref grid, low[3] | ((bits >> 1) & 0x700)));
                TLanes.Store(first.AsSByte() + shift, scale, destination);
                TLanes.Store(second.AsSByte() + shift, scale, destination + 16);
            }
        }
    }
}
