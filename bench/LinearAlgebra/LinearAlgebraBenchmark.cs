using System.Diagnostics;
using System.Globalization;
using Hartonomous.Core.LinearAlgebra;

namespace Hartonomous.Benchmarks.LinearAlgebra;

/// <summary>
/// Products and decompositions of square matrices beside NumPy's, by turns in one run, on one thread and on two; and the errors of decompositions beside
/// the best there are.
/// </summary>
internal static class LinearAlgebraBenchmark
{
    private const string Usage = "usage: linear-algebra [--python PATH] [--runs N] [--size N] [--parts] | linear-algebra --errors ROWSxCOLUMNS [--python PATH]";

    /// <summary>
    /// Milliseconds before each measurement: threads of the other side's pool go on spinning for a while, and the optimizing compiler works in the background.
    /// </summary>
    private const int Pause = 100;

    /// <summary>Runs it.</summary>
    public static int Run(string[] args)
    {
        string python = "python3";
        int runs = 15;
        int size = 2048;
        (int Rows, int Columns)? errors = null;
        bool parts = false;
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] == "--parts")
            {
                parts = true;
                continue;
            }

            string value = ++i < args.Length ? args[i] : string.Empty;
            switch (args[i - 1])
            {
                case "--python":
                    python = value;
                    break;
                case "--runs" when int.TryParse(value, CultureInfo.InvariantCulture, out runs) && runs > 0:
                case "--size" when int.TryParse(value, CultureInfo.InvariantCulture, out size) && size > 0:
                    break;
                case "--errors" when value.Split('x') is [string rows, string columns] && int.TryParse(rows, out int m) && int.TryParse(columns, out int n):
                    errors = (m, n);
                    break;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }

        if (errors is { } shape)
        {
            return SpectrumErrors.Run(python, shape.Rows, shape.Columns);
        }

        foreach (int threads in new[] { 1, 2 })
        {
            if (parts)
            {
                Parts(size, runs, threads);
            }
            else
            {
                Compare(python, size, runs, threads);
            }
        }

        return 0;
    }

    private static void Compare(string python, int size, int runs, int threads)
    {
        using NumpyPeer? peer = NumpyPeer.Start(python, threads);
        peer?.Ask($"size {size}");
        Matrix a = Gaussian.Create(size, size, 1);
        Matrix b = Gaussian.Create(size, size, 2);
        SvdOptions options = new(64, Threads: threads);
        Console.WriteLine($"{size} x {size}, {threads} thread(s), median of {runs} runs by turns; NumPy {peer?.Version ?? "is not there"}");
        (double ours, double theirs) = Turns(runs, peer, "product", () => MatrixProduct.Multiply(a, b, threads: threads));
        double operations = 2.0 * size * size * size / 1e9;
        Report("product", "GFLOP/s", operations / ours, operations / theirs);
        (ours, theirs) = Turns(runs, peer, "factors", () => RandomizedSvd.Decompose(a, options));
        Report("rank 64", "matrices/s", 1 / ours, 1 / theirs);
    }

    /// <summary>Where the time of a decomposition goes: products of a square and a thin matrix, either way round, and bases of thin ones.</summary>
    private static void Parts(int size, int runs, int threads)
    {
        Matrix a = Gaussian.Create(size, size, 1);
        Matrix thin = Gaussian.Create(size, 80, 2);
        double operations = 2.0 * size * size * 80 / 1e9;
        Console.WriteLine($"{size} x {size}, {threads} thread(s), ms");
        Time("A thin", () => MatrixProduct.Multiply(a, thin, threads: threads), operations);
        Time("AT thin", () => MatrixProduct.Multiply(a, thin, turnLeft: true, threads: threads), operations);
        Time("basis", () => OrthonormalBasis.Of(thin, threads: threads), 0);
        Time("gram", () => DoubleKernels.Gram(thin, threads), 0);
        double[] gram = DoubleKernels.Gram(thin, threads);
        Time("eigen", () => SymmetricEigen.Decompose([.. gram], 80), 0);
        Time("test matrix", () => TestMatrix.Create(size, 80, 1), 0);
        Time("all", () => RandomizedSvd.Decompose(a, new SvdOptions(64, Threads: threads)), 0);

        void Time(string name, Action work, double gflop)
        {
            double seconds = Turns(runs, null, string.Empty, work).Ours;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12}{seconds * 1000,8:F2}{(gflop > 0 ? gflop / seconds : 0),8:F0} GFLOP/s"));
        }
    }

    private static (double Ours, double Theirs) Turns(int runs, NumpyPeer? peer, string question, Action work)
    {
        List<double> ours = [];
        List<double> theirs = [];
        for (int run = -4; run < runs; run++)
        {
            double their = run % 2 == 0 && peer is not null ? Ask() : 0;
            Thread.Sleep(Pause);
            long begin = Stopwatch.GetTimestamp();
            work();
            double our = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            their = run % 2 != 0 && peer is not null ? Ask() : their;
            if (run >= 0)
            {
                ours.Add(our);
                theirs.Add(their);
            }
        }

        return (Median(ours), Median(theirs));

        double Ask()
        {
            Thread.Sleep(Pause);
            return peer.Ask(question);
        }
    }

    private static void Report(string what, string unit, double ours, double theirs)
    {
        string other = double.IsFinite(theirs) ? string.Create(CultureInfo.InvariantCulture, $", NumPy {theirs,8:F1}, ratio {ours / theirs:F2}") : string.Empty;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-10}ours {ours,8:F1} {unit}{other}"));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
