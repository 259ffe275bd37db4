using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>IEEE binary16, as <see cref="Float16"/> has it.</summary>
internal readonly struct F16Kernel : IDecodeKernel
{
    /// <inheritdoc/>
    public static void Scalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = Float16.ToSingle(BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]));
        }
    }

    /// <inheritdoc/>
    public static void Width128(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref ushort from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ushort>(source));
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= destination.Length - 8; i += 8)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.LoadUnsafe(ref from, (nuint)i));
            Float16.ToSingle(low).StoreUnsafe(ref to, (nuint)i);
            Float16.ToSingle(high).StoreUnsafe(ref to, (nuint)i + 4);
        }

        Scalar(source[(2 * i)..], destination[i..]);
    }

    /// <inheritdoc/>
    public static void Width256(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref ushort from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ushort>(source));
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= destination.Length - 16; i += 16)
        {
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.LoadUnsafe(ref from, (nuint)i));
            Float16.ToSingle(low).StoreUnsafe(ref to, (nuint)i);
            Float16.ToSingle(high).StoreUnsafe(ref to, (nuint)i + 8);
        }

        Scalar(source[(2 * i)..], destination[i..]);
    }

    /// <inheritdoc/>
    public static void Width512(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref ushort from = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ushort>(source));
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= destination.Length - 32; i += 32)
        {
            (Vector512<uint> low, Vector512<uint> high) = Vector512.Widen(Vector512.LoadUnsafe(ref from, (nuint)i));
            Float16.ToSingle(low).StoreUnsafe(ref to, (nuint)i);
            Float16.ToSingle(high).StoreUnsafe(ref to, (nuint)i + 16);
        }

        Scalar(source[(2 * i)..], destination[i..]);
    }
}
