namespace Hartonomous.Core.LinearAlgebra;

/// <summary>
/// An orthonormal basis of the columns of a tall matrix, from the eigenvectors of their products
/// (A. Stathopoulos, K. Wu, "A Block Orthogonalization Procedure With Constant Synchronization Requirements", SISC 23 (6), 2002).
/// </summary>
/// <remarks>Unlike Cholesky's, it does not break down where columns depend on each other: those directions are left out.</remarks>
internal static class OrthonormalBasis
{
    /// <summary>Share of the largest eigenvalue below which a direction is rounding noise of float32 columns.</summary>
    private const double Noise = 1e-13;

    private const double Tolerance = 1e-6;
    private const int MaxPasses = 4;

    /// <summary>The basis.</summary>
    /// <param name="columns">[m, n].</param>
    /// <param name="threads">Threads to use; 0 for one a core.</param>
    /// <param name="passes">Passes at most; with one the columns are only roughly orthonormal.</param>
    /// <returns>[m, r], r at most n and at least 1 unless all is zero: orthonormal to some 1e-6.</returns>
    public static Matrix Of(Matrix columns, int threads = 0, int passes = MaxPasses)
    {
        Matrix basis = columns;
        for (int pass = 0; pass < passes && basis.Columns > 0; pass++)
        {
            double[] gram = DoubleKernels.Gram(basis, threads);
            if (pass > 0 && DistanceFromIdentity(gram, basis.Columns) < Tolerance)
            {
                break;
            }

            basis = Whiten(basis, gram, threads);
        }

        return basis;
    }

    private static Matrix Whiten(Matrix columns, double[] gram, int threads)
    {
        int n = columns.Columns;
        double[] scales = new double[n];
        for (int i = 0; i < n; i++)
        {
            double square = gram[(i * n) + i];
            scales[i] = square > 0 ? 1 / Math.Sqrt(square) : 0;
        }

        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                gram[(i * n) + j] *= scales[i] * scales[j];
            }
        }

        (double[] values, double[] vectors) = SymmetricEigen.Decompose(gram, n);
        int rank = values.Count(value => value > Noise * values[0] && value > 0);
        Matrix change = new(n, rank);
        for (int direction = 0; direction < rank; direction++)
        {
            double length = 1 / Math.Sqrt(values[direction]);
            for (int i = 0; i < n; i++)
            {
                change[i, direction] = (float)(scales[i] * vectors[(direction * n) + i] * length);
            }
        }

        return MatrixProduct.Multiply(columns, change, threads: threads);
    }

    private static double DistanceFromIdentity(double[] gram, int n)
    {
        double distance = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                distance = Math.Max(distance, Math.Abs(gram[(i * n) + j] - (i == j ? 1 : 0)));
            }
        }

        return distance;
    }
}
