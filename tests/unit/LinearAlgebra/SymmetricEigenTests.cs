using Hartonomous.Core.LinearAlgebra;

namespace Hartonomous.Tests.LinearAlgebra;

public class SymmetricEigenTests
{
    [Fact]
    public void Eigenvalues_of_the_Hilbert_matrix_are_those_LAPACK_finds()
    {
        double[] matrix = new double[36];
        for (int i = 0; i < 36; i++)
        {
            matrix[i] = 1.0 / ((i / 6) + (i % 6) + 1);
        }

        (double[] values, _) = SymmetricEigen.Decompose(matrix, 6);
        // numpy.linalg.eigvalsh of float64.
        double[] expected =
            [1.6188998589243386, 0.2423608705752093, 0.016321521319875697, 0.0006157483541826077, 1.2570757122623588e-05, 1.0827994844683569e-07];
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(expected[i], values[i], 1e-15);
        }
    }

    [Fact]
    public void The_second_difference_has_its_known_eigenvalues_and_vectors()
    {
        // 2 on the diagonal, -1 beside it: 2 - 2 cos(k pi / (n + 1)).
        const int N = 75;
        double[] matrix = new double[N * N];
        for (int i = 0; i < N; i++)
        {
            matrix[(i * N) + i] = 2;
            if (i > 0)
            {
                matrix[(i * N) + i - 1] = matrix[((i - 1) * N) + i] = -1;
            }
        }

        (double[] values, double[] vectors) = SymmetricEigen.Decompose((double[])matrix.Clone(), N);
        for (int k = 0; k < N; k++)
        {
            Assert.Equal(2 - (2 * Math.Cos((N - k) * Math.PI / (N + 1))), values[k], 1e-13);
            AssertIsVector(matrix, N, values[k], vectors.AsSpan(k * N, N));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void Repeated_eigenvalues_keep_orthonormal_vectors(int n)
    {
        // 1 everywhere plus the identity: n + 1 once, 1 for all others.
        double[] matrix = new double[n * n];
        for (int i = 0; i < matrix.Length; i++)
        {
            matrix[i] = i / n == i % n ? 2 : 1;
        }

        (double[] values, double[] vectors) = SymmetricEigen.Decompose((double[])matrix.Clone(), n);
        Assert.Equal(n + 1, values[0], 1e-12);
        for (int i = 0; i < n; i++)
        {
            Assert.Equal(i == 0 ? n + 1 : 1, values[i], 1e-12);
            AssertIsVector(matrix, n, values[i], vectors.AsSpan(i * n, n));
            for (int j = 0; j <= i; j++)
            {
                Assert.Equal(i == j ? 1 : 0, DoubleKernels.Dot(vectors.AsSpan(i * n, n), vectors.AsSpan(j * n, n)), 1e-13);
            }
        }
    }

    [Fact]
    public void A_matrix_of_zeros_has_zeros_and_whole_vectors()
    {
        (double[] values, double[] vectors) = SymmetricEigen.Decompose(new double[16], 4);
        Assert.Equal(new double[4], values);
        Assert.Equal(4, vectors.Sum(x => x * x), 1e-15);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Numbers_that_are_not_finite_are_refused(double value) =>
        Assert.Throws<ArithmeticException>(() => SymmetricEigen.Decompose([1, value, value, 1], 2));

    private static void AssertIsVector(double[] matrix, int n, double value, ReadOnlySpan<double> vector)
    {
        for (int i = 0; i < n; i++)
        {
            Assert.Equal(value * vector[i], DoubleKernels.Dot(matrix.AsSpan(i * n, n), vector), 1e-12 * Math.Max(1, Math.Abs(value)));
        }
    }
}
