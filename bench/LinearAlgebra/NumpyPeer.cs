using System.Diagnostics;
using System.Globalization;

namespace Hartonomous.Benchmarks.LinearAlgebra;

/// <summary>
/// NumPy in a process of its own, on a number of threads of its BLAS, that does one thing when it is asked and answers with the seconds it took. Between
/// two questions it sleeps.
/// </summary>
internal sealed class NumpyPeer : IDisposable
{
    private const string Script =
        """
        import sys, time
        import numpy as np
        import scipy.linalg as sl

        def factors(a, omega):
            y = a @ omega
            for _ in range(2):
                y, _r = np.linalg.qr(y)
                z, _r = np.linalg.qr(a.T @ y)
                y = a @ z
            q, _r = np.linalg.qr(y)
            u, s, v = np.linalg.svd(q.T @ a, full_matrices=False)
            return (q @ u)[:, :64], s[:64], v[:64]

        random = np.random.default_rng(1)
        print(np.__version__, flush=True)
        for line in sys.stdin:
            word, *rest = line.split()
            if word == 'size':
                n = int(rest[0])
                a = random.standard_normal((n, n), dtype=np.float32)
                b = random.standard_normal((n, n), dtype=np.float32)
                out = np.empty_like(a)
                omega = random.standard_normal((n, 74), dtype=np.float32)
                print(0.0, flush=True)
            elif word == 'values':
                m = np.fromfile(rest[1], dtype=np.float32).reshape(-1, int(rest[0]))
                sl.svdvals(m, overwrite_a=True).astype('<f8').tofile(rest[1])
                print(0.0, flush=True)
            else:
                begin = time.perf_counter()
                if word == 'product':
                    np.matmul(a, b, out=out)
                else:
                    factors(a, omega)
                print(time.perf_counter() - begin, flush=True)
        """;

    private readonly Process _process;

    private NumpyPeer(Process process, string version)
    {
        _process = process;
        Version = version;
    }

    /// <summary>Version of NumPy.</summary>
    public string Version { get; }

    /// <summary>Starts one, or gives null where that Python has no NumPy and SciPy.</summary>
    public static NumpyPeer? Start(string python, int threads)
    {
        ProcessStartInfo start = new(python, ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OPENBLAS_NUM_THREADS"] = threads.ToString(CultureInfo.InvariantCulture);
        Process process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() is { } version)
        {
            return new NumpyPeer(process, version);
        }

        process.Dispose();
        return null;
    }

    /// <summary>Asks for one thing.</summary>
    /// <returns>Seconds.</returns>
    public double Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        return double.Parse(_process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("NumPy ended."), CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
