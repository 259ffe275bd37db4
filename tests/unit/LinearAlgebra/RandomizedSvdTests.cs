using Hartonomous.Core.LinearAlgebra;

namespace Hartonomous.Tests.LinearAlgebra;

public class RandomizedSvdTests
{
    [Theory]
    [InlineData("flat")]
    [InlineData("root")]
    [InlineData("harmonic")]
    [InlineData("exponential")]
    public void A_range_of_rank_40_comes_within_a_hundredth_of_the_best_error(string name)
    {
        Func<int, double> spectrum = name switch
        {
            "flat" => _ => 1,
            "root" => i => Math.Pow(i, -0.5),
            "harmonic" => i => 1.0 / i,
            _ => i => Math.Exp(-i / 20.0),
        };
        Matrix matrix = WithSpectrum(400, 300, spectrum);
        SvdFactors factors = RandomizedSvd.Decompose(matrix, new SvdOptions(40));

        Assert.Equal(40, factors.Rank);
        AssertOrthonormal(factors.Left);
        AssertOrthonormal(factors.Right);
        double best = Math.Sqrt(Enumerable.Range(41, 260).Sum(i => spectrum(i) * spectrum(i)));
        Assert.InRange(Error(matrix, factors), best * (1 - 1e-5), best * 1.01);
    }

    [Fact]
    public void Singular_values_of_a_small_matrix_are_those_LAPACK_finds()
    {
        Matrix matrix = new(8, 5);
        for (int i = 0; i < 40; i++)
        {
            matrix.Values[i] = ((((i / 5) * 7) + ((i % 5) * 3)) % 11) - 5;
        }

        // numpy.linalg.svd of float64.
        double[] expected = [13.017276611646901, 11.402180744525861, 7.374127399956012, 6.051796690698575, 3.24634960974662];
        foreach (Matrix side in new[] { matrix, matrix.Transpose() })
        {
            SvdFactors factors = RandomizedSvd.Decompose(side, new SvdOptions(5));
            for (int i = 0; i < 5; i++)
            {
                Assert.Equal(expected[i], factors.SingularValues[i], 1e-6);
            }

            Assert.InRange(Error(side, factors), 0, 1e-5);
        }
    }

    [Fact]
    public void A_matrix_of_rank_16_gives_16_factors_and_no_more()
    {
        Matrix matrix = WithSpectrum(500, 700, i => i <= 16 ? 3.0 / i : 0);
        SvdFactors factors = RandomizedSvd.Decompose(matrix, new SvdOptions(64));
        Assert.InRange(Error(matrix, factors) / 3, 0, 1e-5);
        Assert.Equal(16, factors.SingularValues.Count(value => value > 1e-5 * factors.SingularValues[0]));
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(3.0 / (i + 1), factors.SingularValues[i], 1e-5);
        }
    }

    [Fact]
    public void Zeros_have_no_factors() => Assert.Equal(0, RandomizedSvd.Decompose(new Matrix(300, 400), new SvdOptions(8)).Rank);

    [Fact]
    public void A_seed_gives_the_same_bits_on_any_number_of_threads()
    {
        Matrix matrix = WithSpectrum(1100, 300, i => 1.0 / i);
        SvdFactors one = RandomizedSvd.Decompose(matrix, new SvdOptions(20, Threads: 1));
        SvdFactors three = RandomizedSvd.Decompose(matrix, new SvdOptions(20, Threads: 3));
        SvdFactors other = RandomizedSvd.Decompose(matrix, new SvdOptions(20, Seed: 7));
        Assert.Equal(one.Left.Values, three.Left.Values);
        Assert.Equal(one.Right.Values, three.Right.Values);
        Assert.Equal(one.SingularValues, three.SingularValues);
        Assert.NotEqual(one.Left.Values, other.Left.Values);
    }

    [Fact]
    public void A_nan_is_refused()
    {
        Matrix matrix = WithSpectrum(300, 300, i => 1.0 / i);
        matrix[5, 6] = float.NaN;
        Assert.Throws<ArithmeticException>(() => RandomizedSvd.Decompose(matrix, new SvdOptions(8)));
    }

    /// <summary>Cosine transforms as singular vectors: orthonormal by theory, so that the spectrum is known without a decomposition.</summary>
    internal static Matrix WithSpectrum(int rows, int columns, Func<int, double> spectrum)
    {
        int side = Math.Min(rows, columns);
        double[,] left = Cosines(rows, side);
        double[,] right = Cosines(columns, side);
        Matrix matrix = new(rows, columns);
        double[] sums = new double[columns];
        for (int i = 0; i < rows; i++)
        {
            Array.Clear(sums);
            for (int k = 0; k < side; k++)
            {
                double factor = left[k, i] * spectrum(k + 1);
                for (int j = 0; j < columns; j++)
                {
                    sums[j] += factor * right[k, j];
                }
            }

            for (int j = 0; j < columns; j++)
            {
                matrix[i, j] = (float)sums[j];
            }
        }

        return matrix;
    }

    private static double[,] Cosines(int length, int count)
    {
        double[,] rows = new double[count, length];
        for (int k = 0; k < count; k++)
        {
            for (int i = 0; i < length; i++)
            {
                rows[k, i] = Math.Sqrt((k == 0 ? 1.0 : 2.0) / length) * Math.Cos(Math.PI * (i + 0.5) * k / length);
            }
        }

        return rows;
    }

    private static double Error(Matrix matrix, SvdFactors factors)
    {
        double sum = 0;
        for (int i = 0; i < matrix.Rows; i++)
        {
            for (int j = 0; j < matrix.Columns; j++)
            {
                double value = matrix[i, j];
                for (int k = 0; k < factors.Rank; k++)
                {
                    value -= factors.Left[i, k] * factors.SingularValues[k] * factors.Right[j, k];
                }

                sum += value * value;
            }
        }

        Matrix scaled = new(matrix.Rows, factors.Rank);
        for (int i = 0; i < scaled.Values.Length; i++)
        {
            scaled.Values[i] = (float)(factors.Left.Values[i] * factors.SingularValues[i % factors.Rank]);
        }

        double error = Math.Sqrt(sum);
        Assert.Equal(error, LowRankResidual.FrobeniusNorm(matrix, scaled, factors.Right), 1e-5);
        return error;
    }

    private static void AssertOrthonormal(Matrix columns)
    {
        for (int a = 0; a < columns.Columns; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double sum = 0;
                for (int i = 0; i < columns.Rows; i++)
                {
                    sum += (double)columns[i, a] * columns[i, b];
                }

                Assert.Equal(a == b ? 1 : 0, sum, 1e-5);
            }
        }
    }
}
