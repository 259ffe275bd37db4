using System.Numerics;
using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>
/// A pseudo-random rotation, padded with zeros to a power of two: twice random signs and the fast Walsh-Hadamard transform. It spreads what
/// lies in few dimensions over all, so that signs of single dimensions say something about any vector.
/// </summary>
/// <remarks>After N. Ailon and B. Chazelle, "The fast Johnson-Lindenstrauss transform" (2009). Lengths grow by <see cref="Length"/>.</remarks>
internal sealed class RandomRotation
{
    private const int Rounds = 2;
    private const ulong Seed = 42;
    private readonly float[][] _signs;

    public RandomRotation(int dimension)
    {
        Length = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(dimension, 16));
        ulong key = SketchHash.ChunkKey(Seed, dimension);
        _signs = [.. Enumerable.Range(0, Rounds).Select(round => (float[])[.. Enumerable.Range(0, Length)
            .Select(i => ((SketchHash.SignWord(key, (round * Length) + i) >> 63) & 1) == 0 ? 1f : -1f)])];
    }

    /// <summary>Dimension of the result: the next power of two.</summary>
    public int Length { get; }

    /// <summary>Rotates a vector into a buffer of <see cref="Length"/> values.</summary>
    public void Rotate(ReadOnlySpan<float> vector, Span<float> rotated)
    {
        vector.CopyTo(rotated);
        rotated[vector.Length..].Clear();
        foreach (float[] signs in _signs)
        {
            for (int i = 0; i < Length; i++)
            {
                rotated[i] *= signs[i];
            }

            Transform(rotated);
        }
    }

    // Sums and differences of pairs: no order of summation to keep.
    private static void Transform(Span<float> values)
    {
        for (int half = 1; half < values.Length; half *= 2)
        {
            for (int start = 0; start < values.Length; start += 2 * half)
            {
                Span<float> left = values.Slice(start, half);
                Span<float> right = values.Slice(start + half, half);
                int i = 0;
                for (; i <= half - Vector<float>.Count; i += Vector<float>.Count)
                {
                    Vector<float> a = new(left[i..]);
                    Vector<float> b = new(right[i..]);
                    (a + b).CopyTo(left[i..]);
                    (a - b).CopyTo(right[i..]);
                }

                for (; i < half; i++)
                {
                    (left[i], right[i]) = (left[i] + right[i], left[i] - right[i]);
                }
            }
        }
    }
}
