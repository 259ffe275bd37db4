using System.Diagnostics;
using System.Globalization;

namespace Hartonomous.Benchmarks.EndToEnd;

/// <summary>One command run as a whole process.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="PeakBytes">Largest resident memory that was seen, where the system tells.</param>
internal readonly record struct Measurement(double Seconds, long PeakBytes)
{
    /// <summary>Runs a shell command and waits for it.</summary>
    /// <exception cref="InvalidOperationException">The command failed.</exception>
    public static Measurement Of(string command)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec " + command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, PeakOf(process.Id));
        }

        double seconds = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0
            ? new Measurement(seconds, peak)
            : throw new InvalidOperationException($"'{command}' ended with {process.ExitCode}: {errors.Result}{output.Result}");
    }

    private static long PeakOf(int processId)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{processId}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return 0; // ended between two looks
        }
    }
}
