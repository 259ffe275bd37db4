using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hartonomous.Core.Quantization.Kernels.Lanes;

namespace Hartonomous.Core.Quantization.Kernels.KQuants;

/// <summary>
/// Q3_K: 256 values in 110 bytes. 32 bytes of third bits, 64 bytes of 2-bit values, sixteen 6-bit scales in 12 bytes, d as a half. A value is
/// <c>d * (scale - 32) * (q - 4)</c>, one scale for every 16 values.
/// </summary>
internal readonly unsafe struct Q3K : IBlockKernel
{
    /// <inheritdoc/>
    public static int BlockBytes => 110;

    /// <inheritdoc/>
    public static void DecodeScalar(byte* source, float* destination, nint blocks)
    {
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            float d = Bytes.Half(source + 108);
            byte* packed = source + 96;
            for (int group = 0; group < 16; group++)
            {
                int low = group < 8 ? packed[group] & 15 : packed[group - 8] >> 4;
                int high = (packed[8 + (group & 3)] >> (2 * (group >> 2))) & 3;
                float scale = d * ((low | (high << 4)) - 32);
                int offset = 16 * (group & 1);
                byte* quants = source + 32 + (32 * (group >> 3)) + offset;
                int shift = group & 6;
                int mask = 1 << (group >> 1);
                for (int i = 0; i < 16; i++)
                {
                    *destination++ = scale * (((quants[i] >> shift) & 3) - ((source[offset + i] & mask) != 0 ? 0 : 4));
                }
            }
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public static void Decode<TLanes>(byte* source, float* destination, nint blocks)
        where TLanes : struct, ILanes
    {
        float* scales = stackalloc float[16];
        for (; blocks > 0; blocks--, source += BlockBytes)
        {
            TLanes.Store(Scales(source + 96), Bytes.Half(source + 108), scales);
            Vector128<byte> firstHigh = Bytes.Load(source);
            Vector128<byte> secondHigh = Bytes.Load(source + 16);
            for (int half = 0; half < 2; half++)
            {
                Vector128<byte> first = Bytes.Load(source + 32 + (32 * half));
                Vector128<byte> second = Bytes.Load(source + 48 + (32 * half));
                for (nint group = 8 * half; group < 8 * half + 8; group += 2, destination += 32)
                {
                    TLanes.Store(Join(first, firstHigh), scales[group], destination);
                    TLanes.Store(Join(second, secondHigh), scales[group + 1], destination + 16);
                    first = (first.AsUInt16() >> 2).AsByte();
                    second = (second.AsUInt16() >> 2).AsByte();
                    firstHigh = (firstHigh.AsUInt16() >> 1).AsByte();
                    secondHigh = (secondHigh.AsUInt16() >> 1).AsByte();
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Join(Vector128<byte> low, Vector128<byte> high) =>
        ((low & Vector128.Create((byte)3)) | Bytes.Left(high, 2, 4)).AsSByte() - Vector128.Create((sbyte)4);

    /// <summary>The sixteen scales: eight bytes hold their low halves, four bytes two further bits of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Scales(byte* packed)
    {
        ulong low = Unsafe.ReadUnaligned<ulong>(packed);
        uint high = Unsafe.ReadUnaligned<uint>(packed + 8);
        Vector128<byte> lows = Vector128.Create(low, low >> 4).AsByte() & Vector128.Create((byte)15);
        Vector128<byte> highs = Vector128.Create(high, high >> 2, high >> 4, high >> 6).AsByte() & Vector128.Create((byte)3);
        return (lows | (highs.AsUInt16() << 4).AsByte()).AsSByte() - Vector128.Create((sbyte)32);
    }
}
