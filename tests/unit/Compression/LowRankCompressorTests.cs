using Hartonomous.Core.Compression;
using Hartonomous.Core.LinearAlgebra;
using Hartonomous.Core.Models;
using Hartonomous.Tests.LinearAlgebra;

namespace Hartonomous.Tests.Compression;

public class LowRankCompressorTests
{
    [Theory]
    [InlineData(TensorDtype.F32, 1e-5)]
    [InlineData(TensorDtype.F16, 2e-3)]
    [InlineData(TensorDtype.BF16, 2e-2)]
    public void The_error_is_that_of_the_factors_as_they_are_stored(TensorDtype type, double most)
    {
        Matrix matrix = MatrixProduct.Multiply(Normal(300, 12, 1), Normal(12, 400, 2));
        LowRankResult result = Compress(matrix, new CompressionOptions { Rank = 12, FactorType = type });

        Assert.Equal((CompressionStatus.Compressed, 12), (result.Status, result.Rank));
        Assert.Equal(Distance(matrix, result) / Norm(matrix), result.RelativeError!.Value, result.RelativeError.Value * 0.02);
        Assert.InRange(result.RelativeError.Value, 0, most);
        Assert.Equal(1 - (result.RelativeError.Value * result.RelativeError.Value), result.Energy!.Value, 1e-12);
        int kept = type switch { TensorDtype.F32 => 0, TensorDtype.F16 => 13, _ => 16 };
        Assert.All(result.Left!.Values.Concat(result.Right!.Values), value =>
            Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value) & ((1u << kept) - 1)));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.2)]
    [InlineData(0.06)]
    public void A_bound_takes_the_smallest_rank_that_meets_it(double bound)
    {
        Matrix matrix = WithSpectrum(200, 260, i => 1.0 / i);
        double[] tails = [.. Enumerable.Range(0, 200).Select(rank => Math.Sqrt(Enumerable.Range(rank + 1, 200 - rank).Sum(i => 1.0 / i / i)))];
        int smallest = Array.FindIndex(tails, tail => tail <= bound * tails[0]);

        LowRankResult result = Compress(matrix, new CompressionOptions { MaxError = bound });
        LowRankResult byEnergy = Compress(matrix, new CompressionOptions { MinEnergy = 1 - (bound * bound) });

        Assert.Equal(CompressionStatus.Compressed, result.Status);
        Assert.InRange(result.Rank, smallest, smallest + 2);
        Assert.InRange(result.RelativeError!.Value, 0, bound);
        Assert.Equal(result.Rank, byEnergy.Rank);
    }

    [Fact]
    public void The_spectral_error_is_near_the_first_singular_value_that_is_left_out()
    {
        Matrix matrix = WithSpectrum(200, 260, i => 1.0 / i);
        LowRankResult result = Compress(matrix, new CompressionOptions { Rank = 20 });
        Assert.InRange(result.SpectralError!.Value, 0.85 / 21, 1.05 / 21);
    }

    [Fact]
    public void Noise_is_not_compressed_below_a_bound()
    {
        Matrix matrix = Normal(300, 400, 3);
        LowRankResult result = Compress(matrix, new CompressionOptions { MaxError = 0.1 });
        Assert.Equal(CompressionStatus.BoundMissed, result.Status);
        Assert.Null(result.Left);
        Assert.InRange(result.RelativeError!.Value, 0.1, 1);
    }

    [Fact]
    public void Factors_that_are_not_smaller_are_refused()
    {
        Matrix matrix = Normal(100, 100, 3);
        Assert.Equal(CompressionStatus.NotSmaller, Compress(matrix, new CompressionOptions { Rank = 50 }).Status);
        Assert.Equal(CompressionStatus.Compressed, Compress(matrix, new CompressionOptions { Rank = 49 }).Status);
        Assert.Equal(CompressionStatus.Compressed, Compress(matrix, new CompressionOptions { Rank = 50, FactorType = TensorDtype.F16 }).Status);
    }

    [Fact]
    public void A_bound_and_a_rank_keep_to_both()
    {
        Matrix matrix = WithSpectrum(200, 260, i => 1.0 / i);
        Assert.Equal(CompressionStatus.BoundMissed, Compress(matrix, new CompressionOptions { MaxError = 0.03, Rank = 10 }).Status);
        Assert.InRange(Compress(matrix, new CompressionOptions { MaxError = 0.5, Rank = 10 }).Rank, 1, 10);
    }

    [Fact]
    public void A_bound_below_the_rounding_of_the_factors_is_missed()
    {
        Matrix matrix = MatrixProduct.Multiply(Normal(300, 12, 1), Normal(12, 400, 2));
        LowRankResult result = Compress(matrix, new CompressionOptions { MaxError = 1e-4, FactorType = TensorDtype.BF16 });
        Assert.Equal(CompressionStatus.BoundMissed, result.Status);
    }

    [Fact]
    public void Zeros_and_what_is_not_finite_have_no_factors()
    {
        Matrix matrix = new(300, 400);
        Assert.Equal(CompressionStatus.NothingLeft, Compress(matrix, new CompressionOptions()).Status);
        matrix[7, 8] = float.PositiveInfinity;
        Assert.Equal(CompressionStatus.NotFinite, Compress(matrix, new CompressionOptions()).Status);
        matrix[7, 8] = float.NaN;
        Assert.Equal(CompressionStatus.NotFinite, Compress(matrix, new CompressionOptions()).Status);
    }

    [Fact]
    public void Singular_values_of_the_noise_are_left_out_where_a_rank_is_asked_for()
    {
        Matrix matrix = MatrixProduct.Multiply(Normal(300, 12, 1), Normal(12, 400, 2));
        Matrix noise = Normal(300, 400, 3);
        for (int i = 0; i < noise.Values.Length; i++)
        {
            matrix.Values[i] += 1e-3f * noise.Values[i];
        }

        double largest = 1.1e-3 * (Math.Sqrt(300) + Math.Sqrt(400));
        Assert.Equal(12, new LowRankCompressor(new CompressionOptions()).Compress(matrix, 480_000, largest).Rank);
        Assert.Equal(64, new LowRankCompressor(new CompressionOptions()).Compress(matrix, 480_000).Rank);
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(null, 1.0, null)]
    [InlineData(null, 0.0, null)]
    [InlineData(null, null, -0.5)]
    [InlineData(null, double.NaN, null)]
    public void Options_that_make_no_sense_are_refused(int? rank, double? error, double? energy) =>
        Assert.ThrowsAny<ArgumentException>(() => new CompressionOptions { Rank = rank, MaxError = error, MinEnergy = energy }.Validate());

    [Theory]
    [InlineData("[4096, 11008]", 4096, 11008)]
    [InlineData("[64, 32, 3, 3]", 64, 288)]
    [InlineData("[64, 32, 3]", 64, 96)]
    [InlineData("[8, 128, 64]", 1024, 64)]
    [InlineData("[1, 64, 1, 32]", 64, 32)]
    [InlineData("[1, 4096]", 0, 0)]
    [InlineData("[4096]", 0, 0)]
    [InlineData("[0, 4096]", 0, 0)]
    [InlineData("[]", 0, 0)]
    public void Tensors_are_taken_for_the_customary_matrices(string shape, long rows, long columns)
    {
        MatrixShape? matrix = MatrixShape.Of(TensorShape.Parse(shape));
        Assert.Equal((rows, columns), matrix is { } found ? (found.Rows, found.Columns) : (0, 0));
    }

    private static LowRankResult Compress(Matrix matrix, CompressionOptions options) =>
        new LowRankCompressor(options).Compress(matrix, 4L * matrix.Rows * matrix.Columns);

    private static double Distance(Matrix matrix, LowRankResult factors)
    {
        double sum = 0;
        for (int i = 0; i < matrix.Rows; i++)
        {
            for (int j = 0; j < matrix.Columns; j++)
            {
                double value = matrix[i, j];
                for (int k = 0; k < factors.Rank; k++)
                {
                    value -= (double)factors.Left![i, k] * factors.Right![k, j];
                }

                sum += value * value;
            }
        }

        return Math.Sqrt(sum);
    }

    private static double Norm(Matrix matrix) => Math.Sqrt(matrix.Values.Sum(value => (double)value * value));

    private static Matrix WithSpectrum(int rows, int columns, Func<int, double> spectrum) => RandomizedSvdTests.WithSpectrum(rows, columns, spectrum);

    internal static Matrix Normal(int rows, int columns, int seed)
    {
        Random random = new(seed);
        Matrix matrix = new(rows, columns);
        for (int i = 0; i < matrix.Values.Length; i++)
        {
            matrix.Values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return matrix;
    }
}
