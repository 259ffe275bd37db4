using System.Runtime.Intrinsics;
using Hartonomous.Core.Numerics;

namespace Hartonomous.Core.LinearAlgebra;

/// <summary>
/// Operations of float64 on rows: eight lanes in a fixed order on every machine, so that results have the same bits everywhere.
/// </summary>
internal static class DoubleKernels
{
    private const int Lanes = 8;

    /// <summary>Rows whose products are summed before they join the whole sum: fixed, so that the order does not depend on the threads.</summary>
    private const int GramRows = 512;

    private const int RowsAtOnce = 16;

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
            double[] factors = new double[matrix.Columns];
            int end = Math.Min((part + 1) * GramRows, matrix.Rows);
            for (int row = part * GramRows; row < end; row++)
            {
                Array.Clear(sum);
                Widen(matrix.Row(row), factors);
                AddScaledRows(sum, factors, 1, right, columns, factors.Length);

                Span<float> target = product.Row(row);
                for (int column = 0; column < columns; column++)
                {
                    target[column] = (float)sum[column];
                }
            }
        });
        return product;
    }

    /// <summary>How parallel loops run on a number of threads; 0 for as many as the operation may use.</summary>
    public static ParallelOptions Threads(int threads) => new() { MaxDegreeOfParallelism = threads > 0 ? threads : Parallelism.Limit };

    private static double[] GramOfRows(Matrix matrix, int begin, int count)
    {
        int n = matrix.Columns;
        double[] sum = new double[n * n];
        double[] wide = new double[RowsAtOnce * n];
        for (int row = begin; row < begin + count; row += RowsAtOnce)
        {
            int rows = Math.Min(RowsAtOnce, begin + count - row);
            for (int r = 0; r < rows; r++)
            {
                Widen(matrix.Row(row + r), wide.AsSpan(r * n, n));
            }

            for (int i = 0; i < n; i++)
            {
                // Whole vectors from the one that holds the diagonal on; what lies left of the diagonal is not used.
                int from = i & -Lanes;
                AddScaledRows(sum.AsSpan((i * n) + from, n - from), wide.AsSpan(i), n, wide.AsSpan(from), n, rows);
            }
        }

        return sum;
    }

    private static void Widen(ReadOnlySpan<float> values, Span<double> target)
    {
        int i = 0;
        for (; i <= values.Length - Lanes; i += Lanes)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Create(values.Slice(i, Lanes)));
            low.CopyTo(target.Slice(i, Lanes / 2));
            high.CopyTo(target.Slice(i + (Lanes / 2), Lanes / 2));
        }

        for (; i < values.Length; i++)
        {
            target[i] = values[i];
        }
    }

    /// <summary>Adds several rows, each with its factor, in their order: as <see cref="AddScaled"/> of each, with sums that stay in registers.</summary>
    private static unsafe void AddScaledRows(
        Span<double> target, ReadOnlySpan<double> factors, int factorStep, ReadOnlySpan<double> rows, int rowStep, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((count - 1) * factorStep, factors.Length - 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(((count - 1) * rowStep) + target.Length, rows.Length);
        fixed (double* targets = target, factorData = factors, rowData = rows)
        {
            int i = 0;
            for (; i <= target.Length - (4 * Lanes); i += 4 * Lanes)
            {
                Vector512<double> a = Vector512.Load(targets + i);
                Vector512<double> b = Vector512.Load(targets + i + Lanes);
                Vector512<double> c = Vector512.Load(targets + i + (2 * Lanes));
                Vector512<double> d = Vector512.Load(targets + i + (3 * Lanes));
                double* row = rowData + i;
                double* at = factorData;
                for (int k = 0; k < count; k++)
                {
                    Vector512<double> factor = Vector512.Create(*at);
                    a = Vector512.FusedMultiplyAdd(factor, Vector512.Load(row), a);
                    b = Vector512.FusedMultiplyAdd(factor, Vector512.Load(row + Lanes), b);
                    c = Vector512.FusedMultiplyAdd(factor, Vector512.Load(row + (2 * Lanes)), c);
                    d = Vector512.FusedMultiplyAdd(factor, Vector512.Load(row + (3 * Lanes)), d);
                    row += rowStep;
                    at += factorStep;
                }

                a.Store(targets + i);
                b.Store(targets + i + Lanes);
                c.Store(targets + i + (2 * Lanes));
                d.Store(targets + i + (3 * Lanes));
            }

            for (; i <= target.Length - Lanes; i += Lanes)
            {
                Vector512<double> sum = Vector512.Load(targets + i);
                for (int k = 0; k < count; k++)
                {
                    sum = Vector512.FusedMultiplyAdd(Vector512.Create(factorData[k * factorStep]), Vector512.Load(rowData + (k * rowStep) + i), sum);
                }

                sum.Store(targets + i);
            }

            for (; i < target.Length; i++)
            {
                for (int k = 0; k < count; k++)
                {
                    targets[i] = Math.FusedMultiplyAdd(factorData[k * factorStep], rowData[(k * rowStep) + i], targets[i]);
                }
            }
        }
    }

    private static double AddLanes(Vector512<double> sum)
    {
        Vector256<double> four = sum.GetLower() + sum.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}
