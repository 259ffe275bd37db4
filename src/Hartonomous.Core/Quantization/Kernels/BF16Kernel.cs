using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>bfloat16: the upper half of a float32, so that every value is exact and a NaN keeps its payload, signalling or not.</summary>
internal readonly struct BF16Kernel : IDecodeKernel
{
    /// <inheritdoc/>
    public static void Scalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = (uint)BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]) << 16;
        }
    }

    /// <inheritdoc/>
    public static void Width128(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref ushort from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ushort>(source));
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        ref uint to = ref MemoryMarshal.GetReference(bits);
        int i = 0;
        for (; i <= bits.Length - 8; i += 8)
        {
            (Vector128<uint> low, Vector128<uint> high) =
                Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i));
            (low << 16).StoreUnsafe(ref to, (nuint)i);
            (high << 16).StoreUnsafe(ref to, (nuint)i + 4);
        }

        Scalar(source[(2 * i)..], destination[i..]);
    }

    /// <inheritdoc/>
    public static void Width256(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref ushort from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ushort>(source));
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        ref uint to = ref MemoryMarshal.GetReference(bits);
        int i = 0;
        for (; i <= bits.Length - 16; i += 16)
        {
            (Vector256<uint> low, Vector256<uint> high) =
                Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            (low << 16).StoreUnsafe(ref to, (nuint)i);
            (high << 16).StoreUnsafe(ref to, (nuint)i + 8);
        }

        Scalar(source[(2 * i)..], destination[i..]);
    }

    /// <inheritdoc/>
    public static void Width512(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref ushort from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ushort>(source));
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        ref uint to = ref MemoryMarshal.GetReference(bits);
        int i = 0;
        for (; i <= bits.Length - 32; i += 32)
        {
            (Vector512<uint> low, Vector512<uint> high) =
                Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)i));
            (low << 16).StoreUnsafe(ref to, (nuint)i);
            (high << 16).StoreUnsafe(ref to, (nuint)i + 16);
        }

        Scalar(source[(2 * i)..], destination[i..]);
    }
}
