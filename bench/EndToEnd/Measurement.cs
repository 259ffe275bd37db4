using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Hartonomous.Benchmarks.EndToEnd;

/// <summary>One program run as a whole process, and what it wrote sent to the disk.</summary>
/// <param name="Seconds">Wall time from its start until what it wrote is on the disk.</param>
/// <param name="CpuSeconds">Processor time of the program, where the system tells.</param>
/// <param name="PrivateBytes">Most private memory that was seen: the anonymous part of what was resident.</param>
/// <param name="ResidentBytes">Most resident memory, mapped files included.</param>
/// <param name="Output">What it wrote to its standard output.</param>
internal readonly record struct Measurement(double Seconds, double CpuSeconds, long PrivateBytes, long ResidentBytes, string Output)
{
    /// <summary>Time between two looks at a process.</summary>
    private const int SampleMilliseconds = 10;

    /// <summary>Clock ticks a second in /proc, the same on every Linux there is.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Runs a program.</summary>
    /// <param name="command">Its path and arguments.</param>
    /// <param name="environment">Variables besides those it inherits.</param>
    /// <param name="written">The file or folder it writes, which is synchronized with the disk in the time that is measured; null for none.</param>
    /// <exception cref="InvalidOperationException">The program failed.</exception>
    public static Measurement Of(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null, string? written = null)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Stopwatch clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        (double cpu, long anonymous, long resident) = (0, 0, 0);
        while (!process.WaitForExit(SampleMilliseconds))
        {
            (double Cpu, long Anonymous, long Resident) sample = Sample(process.Id);
            (cpu, anonymous, resident) = (Math.Max(cpu, sample.Cpu), Math.Max(anonymous, sample.Anonymous), Math.Max(resident, sample.Resident));
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with {process.ExitCode}: {errors.Result}{output.Result}");
        }

        if (written is not null)
        {
            Synchronize(written);
        }

        return new Measurement(clock.Elapsed.TotalSeconds, cpu, anonymous, resident, output.Result);
    }

    /// <summary>Whether a program can be started.</summary>
    public static bool Exists(string program)
    {
        string[] folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return Array.Exists(folders, folder => File.Exists(Path.Combine(folder, program)));
    }

    /// <summary>Synchronizes a file, or every file in a folder: not the whole file system, on which others may be writing.</summary>
    private static void Synchronize(string path)
    {
        string[] files = Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [path];
        foreach (string[] some in files.Chunk(1000))
        {
            using Process sync = Process.Start(new ProcessStartInfo("sync", some))!;
            sync.WaitForExit();
        }
    }

    private static (double Cpu, long Anonymous, long Resident) Sample(int processId)
    {
        try
        {
            Dictionary<string, long> status = File.ReadLines($"/proc/{processId}/status")
                .Where(line => line.StartsWith("RssAnon:", StringComparison.Ordinal) || line.StartsWith("VmHWM:", StringComparison.Ordinal))
                .ToDictionary(
                    line => line[..line.IndexOf(':')],
                    line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10);
            string stat = File.ReadAllText($"/proc/{processId}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            double ticks = double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
            return (ticks / TicksPerSecond, status.GetValueOrDefault("RssAnon"), status.GetValueOrDefault("VmHWM"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or IndexOutOfRangeException or Win32Exception)
        {
            return default; // ended between two looks, or a system without /proc
        }
    }
}
