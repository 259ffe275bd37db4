using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Quantization.Kernels;

/// <summary>
/// Blocks of small whole numbers with scales: value = number * scale, or number * scale + minimum. The product of a number and a binary16
/// scale is exact in float32, so that it makes no difference whether the sum is fused.
/// </summary>
internal readonly struct ByteBlockKernel<TBlock> : IDecodeKernel
    where TBlock : struct, IByteBlock
{
    /// <inheritdoc/>
    public static void Scalar(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte block = ref MemoryMarshal.GetReference(source);
        for (; destination.Length > 0; destination = destination[(32 * TBlock.Runs)..], block = ref Unsafe.Add(ref block, TBlock.Bytes))
        {
            float minimum = TBlock.Minimum(ref block);
            for (int i = 0; i < 32 * TBlock.Runs; i++)
            {
                Scales(ref block, i / 32, out float first, out float second);
                float product = TBlock.Value(ref block, i) * (i % 32 < 16 ? first : second);
                destination[i] = TBlock.HasMinimum ? product + minimum : product;
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width128(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte block = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        for (int left = destination.Length; left > 0; left -= 32 * TBlock.Runs)
        {
            Vector128<float> minimum = Vector128.Create(TBlock.Minimum(ref block));
            float first = 0;
            float second = 0;
            for (int run = 0; run < TBlock.Runs; run++)
            {
                if (run == 0 || TBlock.ManyScales)
                {
                    Scales(ref block, run, out first, out second);
                }

                TBlock.Unpack(ref block, run, out Vector128<sbyte> low, out Vector128<sbyte> high);
                Store128(low, Vector128.Create(first), minimum, ref to);
                Store128(high, Vector128.Create(second), minimum, ref Unsafe.Add(ref to, 16));
                to = ref Unsafe.Add(ref to, 32);
            }

            block = ref Unsafe.Add(ref block, TBlock.Bytes);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width256(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte block = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        for (int left = destination.Length; left > 0; left -= 32 * TBlock.Runs)
        {
            Vector256<float> minimum = Vector256.Create(TBlock.Minimum(ref block));
            float first = 0;
            float second = 0;
            for (int run = 0; run < TBlock.Runs; run++)
            {
                if (run == 0 || TBlock.ManyScales)
                {
                    Scales(ref block, run, out first, out second);
                }

                TBlock.Unpack(ref block, run, out Vector128<sbyte> low, out Vector128<sbyte> high);
                Store256(low, Vector256.Create(first), minimum, ref to);
                Store256(high, Vector256.Create(second), minimum, ref Unsafe.Add(ref to, 16));
                to = ref Unsafe.Add(ref to, 32);
            }

            block = ref Unsafe.Add(ref block, TBlock.Bytes);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Width512(ReadOnlySpan<byte> source, Span<float> destination)
    {
        ref byte block = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination);
        for (int left = destination.Length; left > 0; left -= 32 * TBlock.Runs)
        {
            Vector512<float> minimum = Vector512.Create(TBlock.Minimum(ref block));
            float first = 0;
            float second = 0;
            for (int run = 0; run < TBlock.Runs; run++)
            {
                if (run == 0 || TBlock.ManyScales)
                {
                    Scales(ref block, run, out first, out second);
                }

                TBlock.Unpack(ref block, run, out Vector128<sbyte> low, out Vector128<sbyte> high);
                Store512(low, Vector512.Create(first), minimum, ref to);
                Store512(high, Vector512.Create(second), minimum, ref Unsafe.Add(ref to, 16));
                to = ref Unsafe.Add(ref to, 32);
            }

            block = ref Unsafe.Add(ref block, TBlock.Bytes);
        }
    }

    /// <summary>
    /// The scales of a run. Of two NaN that are added, processors and compilers differ in which one they keep: with a minimum that is NaN the
    /// scales count for nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scales(ref byte block, int run, out float first, out float second)
    {
        TBlock.Scales(ref block, run, out first, out second);
        if (TBlock.HasMinimum && float.IsNaN(TBlock.Minimum(ref block)))
        {
            first = second = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store128(Vector128<sbyte> numbers, Vector128<float> scale, Vector128<float> minimum, ref float to)
    {
        (Vector128<int> first, Vector128<int> second, Vector128<int> third, Vector128<int> fourth) = Widening.Widen128(numbers);
        Scale128(first, scale, minimum).StoreUnsafe(ref to);
        Scale128(second, scale, minimum).StoreUnsafe(ref to, 4);
        Scale128(third, scale, minimum).StoreUnsafe(ref to, 8);
        Scale128(fourth, scale, minimum).StoreUnsafe(ref to, 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Scale128(Vector128<int> numbers, Vector128<float> scale, Vector128<float> minimum)
    {
        Vector128<float> product = Vector128.ConvertToSingle(numbers) * scale;
        return TBlock.HasMinimum ? product + minimum : product;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store256(Vector128<sbyte> numbers, Vector256<float> scale, Vector256<float> minimum, ref float to)
    {
        (Vector256<int> first, Vector256<int> second) = Widening.Widen256(numbers);
        Vector256<float> low = Vector256.ConvertToSingle(first) * scale;
        Vector256<float> high = Vector256.ConvertToSingle(second) * scale;
        (TBlock.HasMinimum ? low + minimum : low).StoreUnsafe(ref to);
        (TBlock.HasMinimum ? high + minimum : high).StoreUnsafe(ref to, 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store512(Vector128<sbyte> numbers, Vector512<float> scale, Vector512<float> minimum, ref float to)
    {
        Vector512<float> product = Vector512.ConvertToSingle(Widening.Widen512(numbers)) * scale;
        (TBlock.HasMinimum ? product + minimum : product).StoreUnsafe(ref to);
    }
}
