using Hartonomous.Core.LinearAlgebra;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Compression;

/// <summary>
/// Finds two thin factors whose product stands for a matrix: a randomized singular value decomposition with each singular value shared out
/// by its root to both sides, as LoRA's tools do, so that both factors keep to the range of a half.
/// </summary>
/// <param name="options">Rank or bound, and the factors' type.</param>
/// <param name="threads">Threads to use; 0 for one a core. Has no part in the result.</param>
public sealed class LowRankCompressor(CompressionOptions options, int threads = 0)
{
    private const int FirstGuess = 32;
    private const int SpectralColumns = 16;
    private const int SpectralIterations = 4;

    /// <summary>By how much singular values of a random range may fall short of the true ones, for a bound that is given up early.</summary>
    private const double Slack = 1.1;

    private readonly double? _bound = options.ErrorBound;

    /// <summary>Finds the factors of a matrix.</summary>
    /// <param name="matrix">[m, n], finite.</param>
    /// <param name="bytesBefore">Bytes the matrix takes as it is stored; the factors have to take fewer.</param>
    /// <param name="noise">Singular values up to this size are rounding noise of the source, and are not kept where a rank is asked for.</param>
    /// <param name="cancellation">Ends the work between two decompositions.</param>
    /// <exception cref="ArithmeticException">The matrix holds NaN or an infinite number.</exception>
    public LowRankResult Compress(Matrix matrix, long bytesBefore, double noise = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        double norm = LowRankResidual.FrobeniusNorm(matrix, threads);
        if (norm == 0)
        {
            return new LowRankResult { Status = CompressionStatus.NothingLeft };
        }

        if (!double.IsFinite(norm))
        {
            return new LowRankResult { Status = CompressionStatus.NotFinite };
        }

        int limit = HighestRank(matrix, bytesBefore);
        if (limit == 0)
        {
            return new LowRankResult { Status = CompressionStatus.NotSmaller, Rank = 1 };
        }

        return _bound is { } bound
            ? CompressToBound(matrix, norm, bound, Math.Min(options.Rank ?? limit, limit), cancellation)
            : CompressToRank(matrix, norm, limit, noise);
    }

    /// <summary>The highest rank at which the factors take fewer bytes than the matrix.</summary>
    private int HighestRank(Matrix matrix, long bytesBefore)
    {
        options.FactorType.TryGetByteCount((long)matrix.Rows + matrix.Columns, out long bytesOfRank);
        return (int)Math.Min(Math.Max(0, bytesBefore - 1) / Math.Max(1, bytesOfRank), Math.Min(matrix.Rows, matrix.Columns));
    }

    private LowRankResult CompressToRank(Matrix matrix, double norm, int limit, double noise)
    {
        int asked = options.Rank ?? CompressionOptions.DefaultRank;
        SvdFactors factors = Decompose(matrix, asked);
        int rank = Math.Max(1, factors.SingularValues.Count(value => value > noise));
        Rounded rounded = new(factors.Truncate(rank), options.FactorType);
        return rounded.Rank > limit
            ? new LowRankResult { Status = CompressionStatus.NotSmaller, Rank = rounded.Rank, RelativeError = Error(matrix, rounded) / norm }
            : Finish(matrix, norm, factors, rounded, Error(matrix, rounded));
    }

    private LowRankResult CompressToBound(Matrix matrix, double norm, double bound, int limit, CancellationToken cancellation)
    {
        double allowed = bound * norm;
        for (int guess = Math.Min(FirstGuess, limit); ; guess = Math.Min(2 * guess, limit))
        {
            cancellation.ThrowIfCancellationRequested();
            SvdFactors factors = Decompose(matrix, guess);
            bool isLast = guess == limit || factors.Rank < guess;
            double rest = LowRankResidual.FrobeniusNorm(matrix, factors.ScaledLeft(), factors.Right, threads);
            if (rest > allowed)
            {
                if (isLast || IsHopeless(factors, norm, allowed, limit))
                {
                    return new LowRankResult { Status = CompressionStatus.BoundMissed, Rank = factors.Rank, RelativeError = rest / norm };
                }

                continue;
            }

            return Fit(matrix, norm, allowed, factors, rest);
        }
    }

    /// <summary>The smallest rank that meets the bound once the factors are rounded, out of a decomposition that does before.</summary>
    private LowRankResult Fit(Matrix matrix, double norm, double allowed, SvdFactors factors, double rest)
    {
        int low = SmallestRank(factors, rest, allowed);
        int high = factors.Rank;
        (Rounded Factors, double Error) best = Round(low);
        if (best.Error > allowed)
        {
            best = Round(high);
            if (best.Error > allowed)
            {
                return new LowRankResult { Status = CompressionStatus.BoundMissed, Rank = high, RelativeError = best.Error / norm };
            }

            while (high - low > 1)
            {
                int middle = (low + high) / 2;
                (Rounded Factors, double Error) tried = Round(middle);
                (low, high, best) = tried.Error > allowed ? (middle, high, best) : (low, middle, tried);
            }
        }

        return Finish(matrix, norm, factors, best.Factors, best.Error);

        (Rounded Factors, double Error) Round(int rank)
        {
            Rounded rounded = new(factors.Truncate(rank), options.FactorType);
            return (rounded, Error(matrix, rounded));
        }
    }

    private static int SmallestRank(SvdFactors factors, double rest, double allowed)
    {
        double tail = rest * rest;
        int rank = factors.Rank;
        while (rank > 1)
        {
            double value = factors.SingularValues[rank - 1];
            tail += value * value;
            if (tail > allowed * allowed)
            {
                break;
            }

            rank--;
        }

        return rank;
    }

    /// <summary>Whether even singular values as large as the last one found, up to the highest rank, would leave too much.</summary>
    private static bool IsHopeless(SvdFactors factors, double norm, double allowed, int limit)
    {
        double kept = 0;
        foreach (double value in factors.SingularValues)
        {
            kept += value * value;
        }

        double last = Slack * factors.SingularValues[^1];
        return (norm * norm) - (Slack * kept) - ((limit - factors.Rank) * last * last) > allowed * allowed;
    }

    private SvdFactors Decompose(Matrix matrix, int rank) =>
        RandomizedSvd.Decompose(matrix, new SvdOptions(rank, options.Oversamples, options.PowerIterations, options.Seed, threads));

    private double Error(Matrix matrix, Rounded factors) => LowRankResidual.FrobeniusNorm(matrix, factors.Left, factors.RightTurned, threads);

    private LowRankResult Finish(Matrix matrix, double norm, SvdFactors factors, Rounded rounded, double error) => new()
    {
        Status = CompressionStatus.Compressed,
        Rank = rounded.Rank,
        Left = rounded.Left,
        Right = rounded.RightTurned.Transpose(),
        RelativeError = error / norm,
        SpectralError = SpectralNorm(matrix, rounded) / factors.SingularValues[0],
    };

    /// <summary>The largest singular value of matrix - left right, by power iterations of a few columns.</summary>
    private double SpectralNorm(Matrix matrix, Rounded factors)
    {
        Matrix columns = OrthonormalBasis.Of(TestMatrix.Create(matrix.Columns, Math.Min(SpectralColumns, matrix.Columns), (ulong)options.Seed + 1), threads);
        double largest = 0;
        for (int iteration = 0; iteration < SpectralIterations && columns.Columns > 0; iteration++)
        {
            Matrix image = Minus(
                MatrixProduct.Multiply(matrix, columns, threads: threads),
                MatrixProduct.Multiply(factors.Left, MatrixProduct.Multiply(factors.RightTurned, columns, turnLeft: true, threads: threads), threads: threads));
            (double[] squares, _) = SymmetricEigen.Decompose(DoubleKernels.Gram(image, threads), image.Columns);
            largest = Math.Max(largest, Math.Sqrt(Math.Max(0, squares[0])));
            Matrix back = Minus(
                MatrixProduct.Multiply(image, matrix, turnLeft: true, threads: threads).Transpose(),
                MatrixProduct.Multiply(factors.RightTurned, MatrixProduct.Multiply(factors.Left, image, turnLeft: true, threads: threads), threads: threads));
            columns = OrthonormalBasis.Of(back, threads);
        }

        return largest;
    }

    private static Matrix Minus(Matrix from, Matrix part)
    {
        for (int i = 0; i < from.Values.Length; i++)
        {
            from.Values[i] -= part.Values[i];
        }

        return from;
    }

    /// <summary>Factors in the values their type stores.</summary>
    private sealed class Rounded
    {
        public Rounded(SvdFactors factors, TensorDtype type)
        {
            double[] roots = [.. factors.SingularValues.Select(Math.Sqrt)];
            Left = Round(factors.Left, roots, type);
            RightTurned = Round(factors.Right, roots, type);
        }

        /// <summary>[m, r].</summary>
        public Matrix Left { get; }

        /// <summary>[n, r].</summary>
        public Matrix RightTurned { get; }

        public int Rank => Left.Columns;

        private static Matrix Round(Matrix columns, double[] scales, TensorDtype type)
        {
            Matrix rounded = new(columns.Rows, columns.Columns);
            for (int i = 0; i < rounded.Values.Length; i++)
            {
                rounded.Values[i] = (float)(columns.Values[i] * scales[i % scales.Length]);
            }

            if (type != TensorDtype.F32)
            {
                byte[] bytes = new byte[2 * (long)rounded.Values.Length];
                TensorEncoder.Encode(type, rounded.Values, bytes);
                TensorDecoder.Decode(type, bytes, rounded.Values);
            }

            return rounded;
        }
    }
}
