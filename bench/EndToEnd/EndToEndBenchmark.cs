using System.Globalization;

namespace Hartonomous.Benchmarks.EndToEnd;

/// <summary>
/// Whole runs of <c>hart</c> beside <c>cp</c>, <c>sha256sum</c> and, where it is installed, <c>borg</c>, on the same files in one run. Each
/// line is the median of several runs, and its ratio to <c>cp</c> followed by <c>sync</c>.
/// </summary>
internal static class EndToEndBenchmark
{
    /// <summary>Runs it. Arguments: megabytes of a model (1024), runs (5), folder to work in (a temporary one).</summary>
    public static int Run(string[] args)
    {
        int megabytes = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1024;
        int runs = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
        string parent = args.Length > 2 ? args[2] : Path.GetTempPath();
        string folder = Directory.CreateDirectory(Path.Combine(parent, $"hart-bench-{Environment.ProcessId}")).FullName;
        try
        {
            Measure(folder, megabytes, runs);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string folder, int megabytes, int runs)
    {
        string original = Path.Combine(folder, "base.safetensors");
        string tuned = Path.Combine(folder, "tuned.safetensors");
        SampleModels.Write(original, tuned, megabytes);
        string hart = $"dotnet {Path.Combine(AppContext.BaseDirectory, "hart.dll")} --store {folder}/store";
        bool hasBorg = Path.Exists("/usr/bin/borg");

        (string Name, string Before, string Command)[] cases =
        [
            ("cp + sync", $"rm -f {folder}/copy", $"sh -c 'cp {original} {folder}/copy && sync {folder}/copy'"),
            ("sha256sum", "true", $"sha256sum {original}"),
            ("hart import, base", $"rm -rf {folder}/store", $"{hart} import {original} --json"),
            ("hart import, unchanged", "true", $"{hart} import {original} --json"),
            ("hart import, a copy", "true", $"{hart} import {original} --json --name copy-RUN"),
            ("hart import, fine-tune", $"rm -rf {folder}/store; {hart} import {original} --json", $"{hart} import {tuned} --json"),
            ("hart export", $"rm -f {folder}/out", $"{hart} export --model base --output {folder}/out --json"),
            ("hart verify --full", "true", $"{hart} verify --full --json"),
        ];
        if (hasBorg)
        {
            string borg = $"env BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes borg";
            string init = $"rm -rf {folder}/borg; {borg} init -e none {folder}/borg";
            cases =
            [
                .. cases,
                ("borg create, base", init, $"{borg} create -C none {folder}/borg::base {original}"),
                (
                    "borg create, fine-tune",
                    $"{init}; {borg} create -C none {folder}/borg::base {original}",
                    $"{borg} create -C none {folder}/borg::tuned {tuned}"),
            ];
        }

        double baseline = 0;
        Console.WriteLine($"{megabytes} MiB a model, {runs} runs, {Environment.ProcessorCount} cores");
        Console.WriteLine($"{"",-26}{"median s",10}{"min",8}{"max",8}{"MiB/s",9}{"x cp",7}{"peak MiB",10}");
        foreach ((string name, string before, string command) in cases)
        {
            List<Measurement> all = [];
            for (int run = 0; run < runs; run++)
            {
                Measurement.Of($"sh -c '{before.Replace("'", "'\\''", StringComparison.Ordinal)}'");
                all.Add(Measurement.Of(command.Replace("RUN", run.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
            }

            double[] seconds = [.. all.Select(one => one.Seconds).Order()];
            double median = seconds[seconds.Length / 2];
            baseline = baseline == 0 ? median : baseline;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-26}{median,10:F2}{seconds[0],8:F2}{seconds[^1],8:F2}{megabytes / median,9:F0}{median / baseline,7:F2}")
                + $"{all.Max(one => one.PeakBytes) >> 20,10}");
        }
    }
}
