using Hartonomous.Core.LinearAlgebra;

namespace Hartonomous.Benchmarks.LinearAlgebra;

/// <summary>Matrices of independent normal numbers.</summary>
internal static class Gaussian
{
    /// <summary>By Box and Muller's method.</summary>
    public static Matrix Create(int rows, int columns, int seed)
    {
        Matrix matrix = new(rows, columns);
        Random random = new(seed);
        for (int i = 0; i < matrix.Values.Length; i++)
        {
            matrix.Values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return matrix;
    }
}
