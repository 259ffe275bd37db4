using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hartonomous.Core.Numerics.Lanes;

namespace Hartonomous.Core.Spatial.Sketches;

/// <summary>
/// Dot products whose sum has one order on every machine: sixteen lanes, lane l taking the products of all i with i mod 16 = l in ascending
/// order, products and sums rounded each for itself; then lanes l and l + 8, l + 4, l + 2, l + 1.
/// </summary>
internal static unsafe class SketchMath
{
    private const int Lanes = 16;

    /// <summary>The dot product of two vectors of one length.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right) => Dot(left, right, VectorWidths.Best);

    /// <inheritdoc cref="Dot(ReadOnlySpan{float}, ReadOnlySpan{float})"/>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right, VectorWidth width)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Length, left.Length);
        fixed (float* a = left, b = right)
        {
            return width switch
            {
                VectorWidth.V512 => Dot<Lanes16V512>(a, b, left.Length),
                VectorWidth.V256 => Dot<Lanes16V256>(a, b, left.Length),
                _ => Dot<Lanes16V128>(a, b, left.Length),
            };
        }
    }

    /// <summary>The sum of sixteen lanes in the fixed order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum<T>(T lanes)
        where T : struct, ILanes16<T>
    {
        float* s = stackalloc float[Lanes];
        T.Store(lanes, (uint*)s);
        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                s[i] += s[i + half];
            }
        }

        return s[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Dot<T>(float* left, float* right, int length)
        where T : struct, ILanes16<T>
    {
        T sum = T.Create(0);
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            sum = T.AddSingle(sum, T.MultiplySingle(T.Load((uint*)(left + i)), T.Load((uint*)(right + i))));
        }

        if (i < length)
        {
            float* rest = stackalloc float[2 * Lanes];
            NativeMemory.Clear(rest, 2 * Lanes * sizeof(float));
            new Span<float>(left + i, length - i).CopyTo(new Span<float>(rest, Lanes));
            new Span<float>(right + i, length - i).CopyTo(new Span<float>(rest + Lanes, Lanes));
            sum = T.AddSingle(sum, T.MultiplySingle(T.Load((uint*)rest), T.Load((uint*)(rest + Lanes))));
        }

        return Sum(sum);
    }
}
