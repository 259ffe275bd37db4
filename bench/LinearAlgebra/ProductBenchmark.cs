using System.Diagnostics;
using Hartonomous.Core.LinearAlgebra;

namespace Hartonomous.Benchmarks.LinearAlgebra;

internal static class ProductBenchmark
{
    public static int Run()
    {
        int n = 2048;
        Matrix a = new(n, n), b = new(n, n), t = new(n, 80), u = new(80, n);
        Random r = new(1);
        foreach (Matrix m in new[] { a, b, t, u }) { for (int i = 0; i < m.Values.Length; i++) { m.Values[i] = (float)r.NextDouble(); } }
        foreach (int threads in new[] { 1, 2 })
        {
            Time("square", 2.0 * n * n * n, () => MatrixProduct.Multiply(a, b, threads: threads));
            Time("square,Bt", 2.0 * n * n * n, () => MatrixProduct.Multiply(a, b, turnRight: true, threads: threads));
            Time("A*skinny", 2.0 * n * n * 80, () => MatrixProduct.Multiply(a, t, threads: threads));
            Time("At*skinny", 2.0 * n * n * 80, () => MatrixProduct.Multiply(a, t, turnLeft: true, threads: threads));
            Time("skinny_t*A", 2.0 * n * n * 80, () => MatrixProduct.Multiply(u, a, threads: threads));
            Time("skinny_t*At", 2.0 * n * n * 80, () => MatrixProduct.Multiply(u, a, turnRight: true, threads: threads));
        }
        Matrix g = new(n, n); for (int i = 0; i < g.Values.Length; i++) { g.Values[i] = (float)(r.NextDouble() - 0.5); }
        Matrix low = MatrixProduct.Multiply(g.FirstColumns(16), g.FirstRows(16));
        foreach (Matrix m in new[] { g, low })
        {
            SvdFactors f = RandomizedSvd.Decompose(m, new SvdOptions(64));
            Matrix us = new(n, f.Rank); for (int i = 0; i < n; i++) { for (int j = 0; j < f.Rank; j++) { us[i, j] = (float)(f.Left[i, j] * f.SingularValues[j]); } }
            Console.WriteLine($"rank {f.Rank} s0 {f.SingularValues[0]} sk {f.SingularValues[^1]} err {LowRankResidual.FrobeniusNorm(m, us, f.Right) / LowRankResidual.FrobeniusNorm(m)}");
            Time("rsvd", 0, () => RandomizedSvd.Decompose(m, new SvdOptions(64)));
            Time("rsvd1", 0, () => RandomizedSvd.Decompose(m, new SvdOptions(64, Threads: 1)));
        }
        return 0;
    }

    private static void Time(string name, double flop, Action work)
    {
        double best = double.MaxValue;
        for (int i = 0; i < 12; i++)
        {
            Stopwatch w = Stopwatch.StartNew();
            work();
            best = Math.Min(best, w.Elapsed.TotalSeconds);
        }
        Console.WriteLine($"{name}: {best * 1000:F1} ms {flop / best / 1e9:F0} GFLOP/s");
    }
}
