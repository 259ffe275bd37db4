using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>Numbers of at most 8 bits that stand for themselves: small integers, bool, FP8, FP6, FP4.</summary>
internal readonly struct PackedKernel<TPacking, TCode> : IDecodeKernel
    where TPacking : struct, IPacking
    where TCode : struct, ICode
{
    /// <inheritdoc/>
    public static void Scalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = TCode.ToSingle(TPacking.Code(source, i));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width128(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int at = 0;
        int done = 0;
        for (; at <= source.Length - TPacking.LoadBytes; at += 2 * TPacking.Bits, done += 16)
        {
            (Vector128<uint> first, Vector128<uint> second, Vector128<uint> third, Vector128<uint> fourth) =
                Widening.Widen128(TPacking.Unpack(ref Unsafe.Add(ref from, at)));
            TCode.ToSingle(first).StoreUnsafe(ref to, (nuint)done);
            TCode.ToSingle(second).StoreUnsafe(ref to, (nuint)done + 4);
            TCode.ToSingle(third).StoreUnsafe(ref to, (nuint)done + 8);
            TCode.ToSingle(fourth).StoreUnsafe(ref to, (nuint)done + 12);
        }

        Scalar(source[at..], destination[done..]);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width256(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int at = 0;
        int done = 0;
        for (; at <= source.Length - TPacking.LoadBytes; at += 2 * TPacking.Bits, done += 16)
        {
            (Vector256<uint> first, Vector256<uint> second) = Widening.Widen256(TPacking.Unpack(ref Unsafe.Add(ref from, at)));
            TCode.ToSingle(first).StoreUnsafe(ref to, (nuint)done);
            TCode.ToSingle(second).StoreUnsafe(ref to, (nuint)done + 8);
        }

        Scalar(source[at..], destination[done..]);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width512(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        int at = 0;
        int done = 0;
        for (; at <= source.Length - TPacking.LoadBytes; at += 2 * TPacking.Bits, done += 16)
        {
            TCode.ToSingle(Widening.Widen512(TPacking.Unpack(ref Unsafe.Add(ref from, at)))).StoreUnsafe(ref to, (nuint)done);
        }

        Scalar(source[at..], destination[done..]);
    }
}
