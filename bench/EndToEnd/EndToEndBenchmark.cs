using System.Globalization;
using System.Text.Json;
using Hartonomous.Benchmarks.Family;

namespace Hartonomous.Benchmarks.EndToEnd;

/// <summary>
/// Whole runs of <c>hart</c> beside <c>cp</c>, <c>sha256sum</c>, <c>openssl</c>, <c>borg</c> and <c>restic</c> on the same family of
/// models. Every round runs each of them once; sources are in the cache, and what a program writes is on the disk before its time ends.
/// </summary>
internal sealed class EndToEndBenchmark
{
    private readonly string _folder;
    private readonly ModelFamily _family;
    private readonly string[] _hart;
    private readonly List<Series> _lines = [];
    private readonly Dictionary<string, Series> _series = [];
    private readonly Dictionary<string, string> _variables;
    private readonly bool _hasBorg = Measurement.Exists("borg");
    private readonly bool _hasRestic = Measurement.Exists("restic");
    private long _uniqueBytes;

    private EndToEndBenchmark(string folder, double scale, string? hart)
    {
        _folder = folder;
        _family = ModelFamily.Make(Path.Combine(folder, "family"), scale);
        _hart = hart is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "hart.dll")] : [hart];
        _variables = new Dictionary<string, string>
        {
            ["BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK"] = "yes",
            ["BORG_BASE_DIR"] = In("borg-home"),
            ["RESTIC_PASSWORD"] = "bench",
            ["RESTIC_CACHE_DIR"] = In("restic-cache"),
        };
    }

    /// <summary>Runs the verb <c>end-to-end [--folder F] [--runs N] [--scale S] [--hart PATH]</c>.</summary>
    public static int Run(string[] args)
    {
        if (args.Length % 2 != 0 || args.Chunk(2).Any(pair => pair[0] is not ("--folder" or "--runs" or "--scale" or "--hart")))
        {
            Console.Error.WriteLine("end-to-end [--folder F] [--runs N] [--scale S] [--hart PATH]");
            return 2;
        }

        Dictionary<string, string> options = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        int runs = int.Parse(options.GetValueOrDefault("--runs", "5"), CultureInfo.InvariantCulture);
        double scale = double.Parse(options.GetValueOrDefault("--scale", "1"), CultureInfo.InvariantCulture);
        string parent = options.GetValueOrDefault("--folder", Path.GetTempPath());
        string folder = Directory.CreateDirectory(Path.Combine(parent, $"hart-bench-{Environment.ProcessId}")).FullName;
        try
        {
            new EndToEndBenchmark(folder, scale, options.GetValueOrDefault("--hart")).Measure(runs);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Measure(int runs)
    {
        Measurement.Of(["sync"]);
        for (int run = 0; run < runs; run++)
        {
            Round();
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Size(_family.Base) / 1e6:F0} MB base, {runs} rounds, {Environment.ProcessorCount} cores"));
        Console.WriteLine(Series.Heading);
        _lines.ForEach(Console.WriteLine);
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"family of {new[] { _family.Base, _family.Tuned, _family.Quantized }.Sum(Size) / 1e6:F1} MB: "
            + $"unique blocks {_uniqueBytes / 1e6:F1} MB, "
            + $"store {Size(In("store")) / 1e6:F1} MB ({(100.0 * Size(In("store")) / _uniqueBytes) - 100:F2} % more), "
            + $"borg {(_hasBorg ? $"{Size(In("borg")) / 1e6:F1} MB" : "-")}, restic {(_hasRestic ? $"{Size(In("restic")) / 1e6:F1} MB" : "-")}"));
    }

    /// <summary>One round: every program once, each finding what it needs as the one before left it.</summary>
    private void Round()
    {
        foreach (string leftover in (string[])["store", "borg", "restic", "borg-home", "restic-cache"])
        {
            Remove(leftover);
        }

        Series copy = Copy("cp + sync, base", _family.Base);
        Add("sha256sum, base", _family.Base, copy, ["sha256sum", _family.Base]);
        if (Measurement.Exists("openssl"))
        {
            Add("openssl dgst, base", _family.Base, copy, ["openssl", "dgst", "-sha256", _family.Base]);
        }

        _uniqueBytes = Import("hart import, base", _family.Base, copy);
        Import("hart import, unchanged", _family.Base, copy);
        Remove("out");
        Add("hart export, base", _family.Base, copy, [.. _hart, "--store", In("store"), "export", "--model", "base", "--output", In("out")], In("out"));
        Remove("out");
        Series tunedCopy = Copy("cp + sync, fine-tune", _family.Tuned);
        _uniqueBytes += Import("hart import, fine-tune", _family.Tuned, tunedCopy);
        Series quantizedCopy = Copy("cp + sync, quantized", _family.Quantized);
        _uniqueBytes += Import("hart import, quantized", _family.Quantized, quantizedCopy);
        Add("hart verify --full", _family.Base, null, [.. _hart, "--store", In("store"), "verify", "--full", "--json"]);
        (string Name, string Path, Series Copy)[] files =
            [("base", _family.Base, copy), ("fine-tune", _family.Tuned, tunedCopy), ("quantized", _family.Quantized, quantizedCopy)];
        if (_hasBorg)
        {
            Measurement.Of(["borg", "init", "-e", "none", In("borg")], _variables);
        }

        if (_hasRestic)
        {
            Measurement.Of(["restic", "init", "-r", In("restic")], _variables);
        }

        foreach ((string name, string path, Series peer) in files)
        {
            Add($"borg create, {name}", path, peer, _hasBorg ? ["borg", "create", "--compression", "none", $"{In("borg")}::{name}", path] : null, In("borg"));
            Add($"restic backup, {name}", path, peer, _hasRestic ? ["restic", "backup", "-r", In("restic"), path] : null, In("restic"));
        }
    }

    private Series Copy(string name, string source)
    {
        Add(name, source, null, ["cp", source, In("copy")], In("copy"));
        Remove("copy");
        return _series[name];
    }

    /// <summary>Imports a file.</summary>
    /// <returns>How many bytes of payload it brought into the store.</returns>
    private long Import(string name, string source, Series copy)
    {
        Measurement run = Add(name, source, copy, [.. _hart, "--store", In("store"), "import", source, "--json"], In("store"))!.Value;
        using JsonDocument json = JsonDocument.Parse(run.Output);
        return json.RootElement.GetProperty("imports")[0].GetProperty("newBytes").GetInt64();
    }

    /// <summary>Measures a program; one that is not there gets a line without figures.</summary>
    private Measurement? Add(string name, string source, Series? peer, string[]? command, string? written = null)
    {
        if (!_series.TryGetValue(name, out Series? series))
        {
            series = new Series(name, Size(source), peer);
            _series.Add(name, series);
            _lines.Add(series);
        }

        return command is null ? null : series.Add(Measurement.Of(command, _variables, written));
    }

    private string In(string name) => Path.Combine(_folder, name);

    private void Remove(string name)
    {
        if (Directory.Exists(In(name)))
        {
            Directory.Delete(In(name), recursive: true);
        }
        else
        {
            File.Delete(In(name));
        }
    }

    private static long Size(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length)
        : new FileInfo(path).Length;
}
