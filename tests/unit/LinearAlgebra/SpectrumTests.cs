using Hartonomous.Core.LinearAlgebra;

namespace Hartonomous.Tests.LinearAlgebra;

/// <summary>Rank 64 of matrices of 2048 x 2048, 10 oversamples, 2 power iterations, beside the best there is.</summary>
public class SpectrumTests
{
    private const int Side = 2048;
    private const int Rank = 64;

    [Fact]
    public void A_flat_spectrum_is_met_to_a_hundredth()
    {
        // The root of the sum of squares of all but the first 64 singular values that numpy.linalg.svd finds in float64.
        AssertNearBest(TestMatrix.Create(Side, Side, 7), 1928.5604977522148);
    }

    [Theory]
    [InlineData("root")]
    [InlineData("harmonic")]
    [InlineData("exponential")]
    public void A_falling_spectrum_is_met_to_a_hundredth(string name)
    {
        Func<int, double> spectrum = name switch
        {
            "root" => i => Math.Pow(i, -0.5),
            "harmonic" => i => 1.0 / i,
            _ => i => Math.Exp(-i / 20.0),
        };

        // Rows of the cosine transform are orthonormal: the singular values are those of the spectrum.
        Matrix rows = new(Side, Side);
        Matrix scaled = new(Side, Side);
        for (int k = 0; k < Side; k++)
        {
            double length = Math.Sqrt((k == 0 ? 1.0 : 2.0) / Side);
            for (int i = 0; i < Side; i++)
            {
                // The angle within one turn, where the cosine is exact to float64.
                double value = length * Math.Cos(Math.PI * (((2 * i) + 1) * k % (4 * Side)) / (2.0 * Side));
                rows[k, i] = (float)value;
                scaled[k, i] = (float)(value * spectrum(k + 1));
            }
        }

        AssertNearBest(
            MatrixProduct.Multiply(scaled, rows, turnLeft: true),
            Math.Sqrt(Enumerable.Range(Rank + 1, Side - Rank).Sum(i => spectrum(i) * spectrum(i))));
    }

    private static void AssertNearBest(Matrix matrix, double best)
    {
        SvdFactors factors = RandomizedSvd.Decompose(matrix, new SvdOptions(Rank, Oversamples: 10, PowerIterations: 2));

        Assert.Equal(Rank, factors.Rank);
        Assert.InRange(LowRankResidual.FrobeniusNorm(matrix, factors.ScaledLeft(), factors.Right), best * (1 - 1e-4), best * 1.01);
        AssertOrthonormal(factors.Left);
        AssertOrthonormal(factors.Right);
    }

    private static void AssertOrthonormal(Matrix columns)
    {
        double[] sums = new double[Rank * Rank];
        for (int row = 0; row < columns.Rows; row++)
        {
            ReadOnlySpan<float> values = columns.Row(row);
            for (int a = 0; a < Rank; a++)
            {
                for (int b = 0; b < Rank; b++)
                {
                    sums[(a * Rank) + b] += (double)values[a] * values[b];
                }
            }
        }

        for (int i = 0; i < sums.Length; i++)
        {
            Assert.Equal(i / Rank == i % Rank ? 1 : 0, sums[i], 1e-5);
        }
    }
}
