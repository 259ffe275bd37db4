using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>Q1_0: d binary16, 128 bits, the lowest of the first byte first; d where a bit is set, -d where not, of NaN too.</summary>
internal readonly struct Q1_0Kernel : IDecodeKernel
{
    private const int Elements = 128;
    private const int Bytes = 18;

    /// <inheritdoc/>
    public static void Scalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (; destination.Length > 0; source = source[Bytes..], destination = destination[Elements..])
        {
            uint scale = Scale(ref MemoryMarshal.GetReference(source));
            for (int i = 0; i < Elements; i++)
            {
                uint unset = ~(uint)(source[2 + (i / 8)] >> (i % 8)) & 1;
                destination[i] = BitConverter.UInt32BitsToSingle(scale ^ (unset << 31));
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width128(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte block = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        Vector128<uint> places = Vector128.Create(1u, 2, 4, 8);
        for (int left = destination.Length; left > 0; left -= Elements, block = ref Unsafe.Add(ref block, Bytes))
        {
            Vector128<uint> scale = Vector128.Create(Scale(ref block));
            for (int i = 0; i < Elements; i += 4, to = ref Unsafe.Add(ref to, 4))
            {
                Vector128<uint> bits = Vector128.Create((uint)Unsafe.Add(ref block, 2 + (i / 8)) >> (i % 8)) & places;
                Vector128<uint> sign = Vector128.Equals(bits, Vector128<uint>.Zero) & Vector128.Create(0x8000_0000u);
                (scale ^ sign).AsSingle().StoreUnsafe(ref to);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width256(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte block = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        Vector256<uint> places = Vector256.Create(1u, 2, 4, 8, 16, 32, 64, 128);
        for (int left = destination.Length; left > 0; left -= Elements, block = ref Unsafe.Add(ref block, Bytes))
        {
            Vector256<uint> scale = Vector256.Create(Scale(ref block));
            for (int i = 0; i < Elements; i += 8, to = ref Unsafe.Add(ref to, 8))
            {
                Vector256<uint> bits = Vector256.Create((uint)Unsafe.Add(ref block, 2 + (i / 8))) & places;
                Vector256<uint> sign = Vector256.Equals(bits, Vector256<uint>.Zero) & Vector256.Create(0x8000_0000u);
                (scale ^ sign).AsSingle().StoreUnsafe(ref to);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width512(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte block = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        Vector512<uint> places = Vector512.Create(1u, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
        for (int left = destination.Length; left > 0; left -= Elements, block = ref Unsafe.Add(ref block, Bytes))
        {
            Vector512<uint> scale = Vector512.Create(Scale(ref block));
            for (int i = 0; i < Elements; i += 16, to = ref Unsafe.Add(ref to, 16))
            {
                Vector512<uint> bits = Vector512.Create((uint)Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref block, 2 + (i / 8)))) & places;
                Vector512<uint> sign = Vector512.Equals(bits, Vector512<uint>.Zero) & Vector512.Create(0x8000_0000u);
                (scale ^ sign).AsSingle().StoreUnsafe(ref to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Scale(ref byte block) => BitConverter.SingleToUInt32Bits(BlockParts.Half(ref block, 0));
}
