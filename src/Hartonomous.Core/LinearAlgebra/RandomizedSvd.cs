namespace Hartonomous.Core.LinearAlgebra;

/// <summary>
/// Singular value decompositions: of a random range, sharpened by power iterations (N. Halko, P. Martinsson, J. Tropp, "Finding structure
/// with randomness", SIAM Review 53 (2), 2011, algorithms 4.4 and 5.1), and of the whole matrix where it is small.
/// </summary>
public static class RandomizedSvd
{
    /// <summary>Shorter side up to which a matrix is decomposed as a whole.</summary>
    public const int SmallSide = 160;

    private const int RangeUnit = 16;

    /// <summary>Share of the largest singular value below which one is rounding noise of float32.</summary>
    private const double Noise = 1e-7;

    /// <summary>Decomposes a matrix.</summary>
    /// <param name="matrix">[m, n].</param>
    /// <param name="options">Rank, oversampling, iterations, seed.</param>
    /// <returns>At most as many factors as asked for; fewer where the matrix' rank is smaller.</returns>
    /// <exception cref="ArithmeticException">The matrix holds NaN or an infinite number, or its squares exceed float64.</exception>
    public static SvdFactors Decompose(Matrix matrix, SvdOptions options)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Rank);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Oversamples);
        ArgumentOutOfRangeException.ThrowIfNegative(options.PowerIterations);
        int side = Math.Min(matrix.Rows, matrix.Columns);
        int range = (options.Rank + options.Oversamples + RangeUnit - 1) / RangeUnit * RangeUnit;
        return side <= SmallSide || range >= side
            ? DecomposeFully(matrix, options.Threads).Truncate(options.Rank)
            : DecomposeRange(matrix, range, options).Truncate(options.Rank);
    }

    /// <summary>Decomposes a matrix as a whole, by the eigenvectors of the products of its shorter side.</summary>
    /// <param name="matrix">[m, n].</param>
    /// <param name="threads">Threads to use; 0 for one a core.</param>
    /// <returns>As many factors as the matrix has singular values above the rounding noise of float32.</returns>
    /// <exception cref="ArithmeticException">The matrix holds NaN or an infinite number.</exception>
    public static SvdFactors DecomposeFully(Matrix matrix, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Rows < matrix.Columns)
        {
            SvdFactors turned = DecomposeFully(matrix.Transpose(), threads);
            return new SvdFactors(turned.Right, turned.SingularValues, turned.Left);
        }

        (double[] values, double[] vectors) = LeadingDirections(matrix, threads);
        return new SvdFactors(
            DoubleKernels.Multiply(matrix, Columns(vectors, matrix.Columns, values.Length, rank => 1 / values[rank]), values.Length, threads),
            values,
            ToMatrix(Columns(vectors, matrix.Columns, values.Length, _ => 1), matrix.Columns, values.Length));
    }

    private static SvdFactors DecomposeRange(Matrix matrix, int range, SvdOptions options)
    {
        int threads = options.Threads;
        Matrix sample = MatrixProduct.Multiply(matrix, TestMatrix.Create(matrix.Columns, range, (ulong)options.Seed), threads: threads);
        for (int iteration = 0; iteration < options.PowerIterations; iteration++)
        {
            // Here the bases only keep the directions apart in float32; the last one has to be orthonormal.
            Matrix rows = OrthonormalBasis.Of(TransposedTimes(matrix, OrthonormalBasis.Of(sample, threads, passes: 1), threads), threads, passes: 1);
            sample = MatrixProduct.Multiply(matrix, rows, threads: threads);
        }

        // With Q the range and B = QT A, the decomposition of BT, tall and thin, gives that of Q B.
        Matrix basis = OrthonormalBasis.Of(sample, threads);
        if (basis.Columns == 0)
        {
            return new SvdFactors(new Matrix(matrix.Rows, 0), [], new Matrix(matrix.Columns, 0));
        }

        Matrix inRange = TransposedTimes(matrix, basis, threads);
        (double[] values, double[] vectors) = LeadingDirections(inRange, threads);
        int count = values.Length;
        return new SvdFactors(
            DoubleKernels.Multiply(basis, Columns(vectors, basis.Columns, count, _ => 1), count, threads),
            values,
            DoubleKernels.Multiply(inRange, Columns(vectors, basis.Columns, count, rank => 1 / values[rank]), count, threads));
    }

    /// <summary>The matrix' transpose times a thin one, as the transpose of the thin one's transpose times the matrix, which is packed in whole rows.</summary>
    private static Matrix TransposedTimes(Matrix matrix, Matrix thin, int threads) =>
        MatrixProduct.Multiply(thin, matrix, turnLeft: true, threads: threads).Transpose();

    /// <summary>Singular values of a tall matrix above the noise, and its right singular vectors as rows.</summary>
    private static (double[] Values, double[] Vectors) LeadingDirections(Matrix tall, int threads)
    {
        (double[] squares, double[] vectors) = SymmetricEigen.Decompose(DoubleKernels.Gram(tall, threads), tall.Columns);
        double largest = squares.Length == 0 ? 0 : Math.Sqrt(Math.Max(0, squares[0]));
        double[] values = [.. squares.Select(square => Math.Sqrt(Math.Max(0, square))).TakeWhile(value => value > Noise * largest)];
        return (values, vectors);
    }

    /// <summary>Vectors that are rows become columns, each scaled.</summary>
    private static double[] Columns(double[] rows, int length, int count, Func<int, double> scale)
    {
        double[] columns = new double[length * count];
        for (int column = 0; column < count; column++)
        {
            double factor = scale(column);
            for (int i = 0; i < length; i++)
            {
                columns[(i * count) + column] = rows[(column * length) + i] * factor;
            }
        }

        return columns;
    }

    private static Matrix ToMatrix(double[] values, int rows, int columns) => new(rows, columns, Array.ConvertAll(values, value => (float)value));
}
