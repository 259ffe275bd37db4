using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>Numbers of whole bytes, one after the other.</summary>
internal readonly struct NumberKernel<TNumber> : IDecodeKernel
    where TNumber : struct, INumber
{
    /// <inheritdoc/>
    public static void Scalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = TNumber.Load(source[(i * TNumber.Size)..]);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width128(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= destination.Length - Vector128<float>.Count; i += Vector128<float>.Count)
        {
            TNumber.Load128(ref Unsafe.Add(ref from, i * TNumber.Size)).StoreUnsafe(ref to, (nuint)i);
        }

        Scalar(source[(i * TNumber.Size)..], destination[i..]);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width256(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= destination.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            TNumber.Load256(ref Unsafe.Add(ref from, i * TNumber.Size)).StoreUnsafe(ref to, (nuint)i);
        }

        Scalar(source[(i * TNumber.Size)..], destination[i..]);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width512(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= destination.Length - Vector512<float>.Count; i += Vector512<float>.Count)
        {
            TNumber.Load512(ref Unsafe.Add(ref from, i * TNumber.Size)).StoreUnsafe(ref to, (nuint)i);
        }

        Scalar(source[(i * TNumber.Size)..], destination[i..]);
    }
}
