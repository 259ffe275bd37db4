namespace Hartonomous.Core.LinearAlgebra;

/// <summary>What is left of a matrix when a product of two thin ones is taken from it.</summary>
public static class LowRankResidual
{
    private const int BlockRows = 256;

    /// <summary>Frobenius norm of matrix - left rightT, computed from every element of it, in float64.</summary>
    /// <param name="matrix">[m, n].</param>
    /// <param name="left">[m, r].</param>
    /// <param name="right">[n, r].</param>
    /// <param name="threads">Threads to use; 0 for one a core.</param>
    public static double FrobeniusNorm(Matrix matrix, Matrix left, Matrix right, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        int blocks = (matrix.Rows + BlockRows - 1) / BlockRows;
        double[] sums = new double[blocks];
        Parallel.For(0, blocks, DoubleKernels.Threads(threads), block =>
        {
            Matrix rest = Subtract(matrix, left, right, block * BlockRows);
            sums[block] = DoubleKernels.SumOfSquares(rest.Values);
        });
        return Math.Sqrt(sums.Sum());
    }

    /// <summary>Frobenius norm of a matrix, in float64.</summary>
    public static double FrobeniusNorm(Matrix matrix, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        int blocks = (matrix.Rows + BlockRows - 1) / BlockRows;
        double[] sums = new double[blocks];
        Parallel.For(0, blocks, DoubleKernels.Threads(threads), block =>
        {
            int begin = block * BlockRows;
            int length = Math.Min(BlockRows, matrix.Rows - begin) * matrix.Columns;
            sums[block] = DoubleKernels.SumOfSquares(matrix.Values.AsSpan(checked((int)((long)begin * matrix.Columns)), length));
        });
        return Math.Sqrt(sums.Sum());
    }

    private static Matrix Subtract(Matrix matrix, Matrix left, Matrix right, int begin)
    {
        int rows = Math.Min(BlockRows, matrix.Rows - begin);
        Matrix rest = new(rows, matrix.Columns, matrix.Values.AsSpan(checked((int)((long)begin * matrix.Columns)), rows * matrix.Columns).ToArray());
        Matrix part = new(rows, left.Columns);
        for (int i = 0; i < part.Values.Length; i++)
        {
            part.Values[i] = -left.Values[((long)begin * left.Columns) + i];
        }

        MatrixProduct.Add(part, right, rest, turnLeft: false, turnRight: true, threads: 1, VectorBits.Hardware);
        return rest;
    }
}
