using System.Runtime.Intrinsics;

namespace Hartonomous.Core.LinearAlgebra;

/// <summary>
/// Operations of float64 on rows: eight lanes in a fixed order on every machine, so that results have the same bits everywhere.
/// </summary>
internal static class DoubleKernels
{
    private const int Lanes = 8;

    /// <summary>Rows whose products are summed before they join the whole sum: fixed, so that the order does not depend on the threads.</summary>
    private const int GramRows = 512;

    /// <summary>Sum of the products of two rows.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector512<double> sum = Vector512<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(a.Slice(i, Lanes)), Vector512.Create(b.Slice(i, Lanes)), sum);
        }

        double total = AddLanes(sum);
        for (; i < a.Length; i++)
        {
            total = Math.FusedMultiplyAdd(a[i], b[i], total);
        }

        return total;
    }

    /// <summary><paramref name="target"/> += <paramref name="factor"/> * <paramref name="row"/>.</summary>
    public static void AddScaled(Span<double> target, double factor, ReadOnlySpan<double> row)
    {
        Vector512<double> factors = Vector512.Create(factor);
        int i = 0;
        for (; i <= row.Length - Lanes; i += Lanes)
        {
            Span<double> at = target.Slice(i, Lanes);
            Vector512.FusedMultiplyAdd(factors, Vector512.Create(row.Slice(i, Lanes)), Vector512.Create<double>(at)).CopyTo(at);
        }

        for (; i < row.Length; i++)
        {
            target[i] = Math.FusedMultiplyAdd(factor, row[i], target[i]);
        }
    }

    /// <summary>Turns two rows by an angle: a = c a - s b, b = s a + c b.</summary>
    public static void Rotate(Span<double> a, Span<double> b, double cosine, double sine)
    {
        Vector512<double> c = Vector512.Create(cosine);
        Vector512<double> s = Vector512.Create(sine);
        int i = 0;
        for (; i <= a.Length - Lanes; i += Lanes)
        {
            Vector512<double> x = Vector512.Create<double>(a.Slice(i, Lanes));
            Vector512<double> y = Vector512.Create<double>(b.Slice(i, Lanes));
            ((c * x) - (s * y)).CopyTo(a.Slice(i, Lanes));
            ((s * x) + (c * y)).CopyTo(b.Slice(i, Lanes));
        }

        for (; i < a.Length; i++)
        {
            (a[i], b[i]) = ((cosine * a[i]) - (sine * b[i]), (sine * a[i]) + (cosine * b[i]));
        }
    }

    /// <summary>Sum of squares of float32 values, in float64.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        Vector512<double> low = Vector512<double>.Zero;
        Vector512<double> high = Vector512<double>.Zero;
        int i = 0;
        for (; i <= values.Length - (2 * Lanes); i += 2 * Lanes)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Vector512.Create(values.Slice(i, 2 * Lanes)));
            low = Vector512.FusedMultiplyAdd(a, a, low);
            high = Vector512.FusedMultiplyAdd(b, b, high);
        }

        double total = AddLanes(low + high);
        for (; i < values.Length; i++)
        {
            total = Math.FusedMultiplyAdd(values[i], values[i], total);
        }

        return total;
    }

    /// <summary>The products of all pairs of columns: the matrix' transpose times the matrix.</summary>
    /// <param name="matrix">[m, n].</param>
    /// <param name="threads">Threads to use; 0 for one a core.</param>
    /// <returns>[n, n], row-major.</returns>
    public static double[] Gram(Matrix matrix, int threads = 0)
    {
        int n = matrix.Columns;
        int parts = (matrix.Rows + GramRows - 1) / GramRows;
        double[] gram = new double[n * n];
        object gate = new();
        SortedDictionary<int, double[]> waiting = [];
        int next = 0;
        Parallel.For(0, parts, Threads(threads), part =>
        {
            double[] sum = GramOfRows(matrix, part * GramRows, Math.Min(GramRows, matrix.Rows - (part * GramRows)));
            lock (gate)
            {
                waiting.Add(part, sum);
                while (waiting.Remove(next, out double[]? ready))
                {
                    AddScaled(gram, 1, ready);
                    next++;
                }
            }
        });
        for (int row = 1; row < n; row++)
        {
            for (int column = 0; column < row; column++)
            {
                gram[(row * n) + column] = gram[(column * n) + row];
            }
        }

        return gram;
    }

    /// <summary>A tall matrix times a small one, summed in float64 and rounded once.</summary>
    /// <param name="matrix">[m, n].</param>
    /// <param name="right">[n, k], row-major.</param>
    /// <param name="columns">k.</param>
    /// <param name="threads">Threads to use; 0 for one a core.</param>
    /// <returns>[m, k].</returns>
    public static Matrix Multiply(Matrix matrix, double[] right, int columns, int threads = 0)
    {
        Matrix product = new(matrix.Rows, columns);
        int parts = (matrix.Rows + GramRows - 1) / GramRows;
        Parallel.For(0, parts, Threads(threads), part =>
        {
            double[] sum = new double[columns];
            int end = Math.Min((part + 1) * GramRows, matrix.Rows);
            for (int row = part * GramRows; row < end; row++)
            {
                Array.Clear(sum);
                ReadOnlySpan<float> values = matrix.Row(row);
                for (int k = 0; k < values.Length; k++)
                {
                    AddScaled(sum, values[k], right.AsSpan(k * columns, columns));
                }

                Span<float> target = product.Row(row);
                for (int column = 0; column < columns; column++)
                {
                    target[column] = (float)sum[column];
                }
            }
        });
        return product;
    }

    /// <summary>How parallel loops run on a number of threads; 0 for one a core.</summary>
    public static ParallelOptions Threads(int threads) => new() { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };

    private static double[] GramOfRows(Matrix matrix, int begin, int count)
    {
        int n = matrix.Columns;
        double[] sum = new double[n * n];
        double[] wide = new double[n];
        for (int row = begin; row < begin + count; row++)
        {
            ReadOnlySpan<float> values = matrix.Row(row);
            for (int i = 0; i < n; i++)
            {
                wide[i] = values[i];
            }

            for (int i = 0; i < n; i++)
            {
                // Whole vectors from the one that holds the diagonal on; what lies left of the diagonal is not used.
                int from = i & -Lanes;
                AddScaled(sum.AsSpan((i * n) + from, n - from), wide[i], wide.AsSpan(from));
            }
        }

        return sum;
    }

    private static double AddLanes(Vector512<double> sum)
    {
        Vector256<double> four = sum.GetLower() + sum.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}
