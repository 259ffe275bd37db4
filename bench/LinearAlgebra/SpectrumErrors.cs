using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Hartonomous.Core.LinearAlgebra;

namespace Hartonomous.Benchmarks.LinearAlgebra;

/// <summary>Errors of rank 64 on matrices of four spectra beside the best there are, which follow from all singular values as LAPACK finds them.</summary>
internal static class SpectrumErrors
{
    private const int Rank = 64;

    /// <summary>Prints a line for each spectrum; 1 where an error is more than a hundredth over the best, or the factors are not orthonormal to 1e-5.</summary>
    public static int Run(string python, int rows, int columns)
    {
        using NumpyPeer? peer = NumpyPeer.Start(python, 2);
        if (peer is null)
        {
            Console.Error.WriteLine($"{python} has no NumPy and SciPy.");
            return 2;
        }

        int side = Math.Min(rows, columns);
        (string Name, Func<int, double>? Spectrum)[] cases =
            [("flat", null), ("i^-0.5", i => Math.Pow(i, -0.5)), ("i^-1", i => 1.0 / i), ("exp(-i/20)", i => Math.Exp(-i / 20.0))];
        Console.WriteLine($"{rows} x {columns}, rank {Rank}, 10 oversamples, 2 power iterations");
        bool isGood = true;
        Matrix? left = null;
        Matrix? right = null;
        foreach ((string name, Func<int, double>? spectrum) in cases)
        {
            Matrix matrix;
            if (spectrum is null)
            {
                matrix = Gaussian.Create(rows, columns, 1);
            }
            else
            {
                left ??= OrthonormalRows(side, rows);
                right ??= OrthonormalRows(side, columns);
                Matrix scaled = new(side, rows);
                for (int k = 0; k < side; k++)
                {
                    float factor = (float)spectrum(k + 1);
                    for (int i = 0; i < rows; i++)
                    {
                        scaled[k, i] = left[k, i] * factor;
                    }
                }

                matrix = MatrixProduct.Multiply(scaled, right, turnLeft: true);
            }

            double best = BestError(peer, matrix);
            Stopwatch clock = Stopwatch.StartNew();
            SvdFactors factors = RandomizedSvd.Decompose(matrix, new SvdOptions(Rank));
            double seconds = clock.Elapsed.TotalSeconds;
            Matrix weighted = new(rows, factors.Rank);
            for (int i = 0; i < weighted.Values.Length; i++)
            {
                weighted.Values[i] = (float)(factors.Left.Values[i] * factors.SingularValues[i % factors.Rank]);
            }

            double error = LowRankResidual.FrobeniusNorm(matrix, weighted, factors.Right);
            double norm = LowRankResidual.FrobeniusNorm(matrix);
            double askew = Math.Max(Askew(factors.Left), Askew(factors.Right));
            isGood &= error <= best * 1.01 && askew <= 1e-5;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-12}error {error / norm:F6}  best {best / norm:F6}  ratio {error / best:F5}  orthonormal to {askew:E1}  {seconds:F2} s"));
        }

        return isGood ? 0 : 1;
    }

    private static double BestError(NumpyPeer peer, Matrix matrix)
    {
        string path = Path.GetTempFileName();
        try
        {
            using (FileStream stream = File.Create(path))
            {
                for (int row = 0; row < matrix.Rows; row++)
                {
                    stream.Write(MemoryMarshal.AsBytes(matrix.Row(row)));
                }
            }

            peer.Ask($"values {matrix.Columns} {path}");
            ReadOnlySpan<double> values = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(path));
            double sum = 0;
            foreach (double value in values[Rank..])
            {
                sum += value * value;
            }

            return Math.Sqrt(sum);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static double Askew(Matrix columns)
    {
        double[] gram = DoubleKernels.Gram(columns);
        double most = 0;
        for (int i = 0; i < gram.Length; i++)
        {
            most = Math.Max(most, Math.Abs(gram[i] - (i / columns.Columns == i % columns.Columns ? 1 : 0)));
        }

        return most;
    }

    /// <summary>Rows of the cosine transform.</summary>
    private static Matrix OrthonormalRows(int count, int length)
    {
        Matrix rows = new(count, length);
        Parallel.For(0, count, k =>
        {
            for (int i = 0; i < length; i++)
            {
                rows[k, i] = (float)(Math.Sqrt((k == 0 ? 1.0 : 2.0) / length) * Math.Cos(Math.PI * (((2L * i) + 1) * k % (4L * length)) / (2.0 * length)));
            }
        });
        return rows;
    }
}
