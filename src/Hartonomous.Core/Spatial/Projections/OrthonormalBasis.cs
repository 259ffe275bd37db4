using Hartonomous.Core.Spatial.Sketches;

namespace Hartonomous.Core.Spatial.Projections;

/// <summary>
/// Orthonormal vectors from a seed, equal on every machine: whole-number pseudo-random values, then additions, multiplications, divisions and
/// square roots in double precision, all of them exactly rounded by IEEE 754.
/// </summary>
/// <remarks>
/// Value i of vector v is the sum of twelve 32-bit numbers, minus its mean (Irwin and Hall's approximation of the normal distribution): the
/// halves of SplitMix64's finaliser over the counter 6 (v·D + i) + 0..5. Gram and Schmidt's process in its modified form, run twice.
/// </remarks>
internal static class OrthonormalBasis
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const int WordsPerValue = 6;

    /// <summary>Makes vectors of length 1, at right angles.</summary>
    public static double[][] Create(int vectors, int dimension, ulong seed)
    {
        double[][] basis = new double[vectors][];
        ulong key = SketchHash.Mix(seed);
        for (int v = 0; v < vectors; v++)
        {
            double[] vector = new double[dimension];
            for (int i = 0; i < dimension; i++)
            {
                vector[i] = NearNormal(key, ((ulong)v * (ulong)dimension) + (ulong)i);
            }

            for (int pass = 0; pass < 2; pass++)
            {
                for (int earlier = 0; earlier < v; earlier++)
                {
                    double along = Dot(vector, basis[earlier]);
                    for (int i = 0; i < dimension; i++)
                    {
                        vector[i] -= along * basis[earlier][i];
                    }
                }
            }

            double length = Math.Sqrt(Dot(vector, vector));
            for (int i = 0; i < dimension; i++)
            {
                vector[i] /= length;
            }

            basis[v] = vector;
        }

        return basis;
    }

    private static double NearNormal(ulong key, ulong index)
    {
        long sum = 0;
        for (ulong word = 0; word < WordsPerValue; word++)
        {
            ulong bits = SketchHash.Mix(key + (((index * WordsPerValue) + word + 1) * Golden));
            sum += (long)(bits >> 32) + (uint)bits;
        }

        return (sum - ((long)WordsPerValue * uint.MaxValue)) / 4294967296.0;
    }

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
