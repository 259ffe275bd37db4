using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Cli;

/// <summary>
/// Kills real processes that import, remove, optimize and resume, one after the other on the same store, and looks each time whether the
/// store is whole and what comes out of it is what went in. <c>HARTONOMOUS_KILLS</c> says how many times.
/// </summary>
public sealed class MaintenanceKillTests(ITestOutputHelper output)
{
    private const int DefaultKills = 10;
    private const int Seed = 20260202;
    private const int TensorBytes = 256 * 1024;
    private const int Tensors = 24;

    private static readonly string[] Names = ["base", "tuned", "other"];

    [Fact]
    public void Killed_at_any_instant_imports_removals_and_optimizations_leave_a_whole_store()
    {
        int wanted = int.TryParse(Environment.GetEnvironmentVariable("HARTONOMOUS_KILLS"), out int given) ? given : DefaultKills;
        using TempFolder folder = new();
        Dictionary<string, (string Path, ContentHash Sha256)> models = Names.ToDictionary(name => name, name => WriteModel(folder, name));
        string store = folder.File("store/x")[..^2];
        TimeSpan startup = Median(() => Hart("--version"));
        Dictionary<string, TimeSpan> durations = Measure(models, folder.File("measure/x")[..^2]);
        Random random = new(Seed);
        HashSet<string> stored = [];
        Dictionary<string, int> kills = [];
        int good = 0;

        // What was measured on a machine busier than now would be too long to wait: after each process that ended by itself, less is waited.
        double patience = 1;
        for (int round = 0; kills.Values.Sum() < wanted && round < wanted * 4; round++)
        {
            (string verb, string name) = Choose(random, stored);
            TimeSpan wait = startup + ((durations[verb] - startup) * (random.NextDouble() * 1.1));
            bool killed = Kill(Start(verb, name, models, store), wait * patience);
            patience = killed ? Math.Min(1, patience * 1.1) : patience * 0.7;
            AssertWhole(store);
            TimeSpan again = startup + ((durations[verb] - startup) * random.NextDouble());
            if (killed && verb == "import" && random.Next(2) == 0 && Kill(Start(verb, name, models, store), again * patience))
            {
                kills["resume"] = kills.GetValueOrDefault("resume") + 1;
                AssertWhole(store);
                good++;
            }

            Finish(verb, name, models, store, stored);
            AssertEqualToUninterrupted(store, models, stored, folder);
            if (killed)
            {
                kills[verb] = kills.GetValueOrDefault(verb) + 1;
                good++;
            }
        }

        int total = kills.Values.Sum();
        output.WriteLine($"{good}/{total} kills (seed {Seed}: {string.Join(", ", kills.Select(kill => $"{kill.Value} x {kill.Key}"))}) left a whole store.");
        Assert.True(total >= wanted, $"Only {total} of {wanted} processes were still at work when they were to be killed.");
        Assert.Equal(total, good);
    }

    private static (string Verb, string Name) Choose(Random random, HashSet<string> stored)
    {
        string[] missing = [.. Names.Where(name => !stored.Contains(name))];
        int dice = random.Next(6);
        return (dice < 3 && missing.Length > 0) || stored.Count == 0
            ? ("import", missing[random.Next(missing.Length)])
            : dice is 0 or 3 or 4 ? ("optimize", string.Empty) : ("remove", stored.Order().ElementAt(random.Next(stored.Count)));
    }

    private static bool Kill(Process process, TimeSpan after)
    {
        using (process)
        {
            if (process.WaitForExit(after))
            {
                return false;
            }

            process.Kill();
            process.WaitForExit();
            return true;
        }
    }

    /// <summary>Runs a killed command again to its end: an import resumes, a removal may have been done.</summary>
    private static void Finish(string verb, string name, Dictionary<string, (string Path, ContentHash Sha256)> models, string store, HashSet<string> stored)
    {
        using Process process = Start(verb, name, models, store);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string report = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        bool isDone = process.ExitCode == 0 || (verb == "remove" && report.Contains("MODEL_NOT_FOUND", StringComparison.Ordinal));
        Assert.True(isDone, $"{verb} {name}: {report}{error.GetAwaiter().GetResult()}");
        if (verb == "import")
        {
            stored.Add(name);
        }
        else if (verb == "remove")
        {
            stored.Remove(name);
        }
    }

    private static void AssertWhole(string store)
    {
        using EmbeddedStore opened = EmbeddedStore.OpenOrCreate(store);
        Assert.Equal([], new StoreVerifier(opened).Verify(full: true).Findings);
    }

    private static void AssertEqualToUninterrupted(
        string store, Dictionary<string, (string Path, ContentHash Sha256)> models, HashSet<string> stored, TempFolder folder)
    {
        AssertWhole(store);
        using EmbeddedStore opened = EmbeddedStore.Open(store);
        Assert.Equal(stored.Order(StringComparer.Ordinal), opened.ListModels().Select(model => model.Name));
        foreach (string name in stored)
        {
            string copy = folder.File("copy");
            new ModelExporter(opened).Export(name, copy);
            Assert.Equal(models[name].Sha256, HashOf(copy));
            File.Delete(copy);
        }

        // What an uninterrupted import of the same models keeps: each distinct tensor once, and the headers.
        long distinct = stored.SelectMany(name => Seeds(name)).Distinct().Count() * (long)TensorBytes;
        long headers = stored.Sum(name => new FileInfo(models[name].Path).Length - (Tensors * (long)TensorBytes));
        Assert.Equal(distinct + headers, opened.GetStatistics().BytesStored);
    }

    private static Dictionary<string, TimeSpan> Measure(Dictionary<string, (string Path, ContentHash Sha256)> models, string store)
    {
        Dictionary<string, TimeSpan> durations = [];
        foreach ((string verb, string name) in (IEnumerable<(string, string)>)[("import", "base"), ("remove", "base"), ("optimize", string.Empty)])
        {
            durations[verb] = Time(() =>
            {
                using Process process = Start(verb, name, models, store);
                process.WaitForExit();
            });
        }

        return durations;
    }

    private static Process Start(string verb, string name, Dictionary<string, (string Path, ContentHash Sha256)> models, string store) => verb switch
    {
        "import" => Hart("import", models[name].Path, "--name", name, "--store", store, "--chunk-mib", "1", "--json"),
        "remove" => Hart("remove", "--model", name, "--yes", "--store", store, "--json"),
        _ => Hart("optimize", "--max-waste", "0", "--rebuild", "--store", store, "--json"),
    };

    private static Process Hart(params string[] args) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "hart.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>The tensors of a model, as seeds of their noise: the fine-tune shares half with its base, the third a quarter.</summary>
    private static IEnumerable<int> Seeds(string name) => name switch
    {
        "base" => Enumerable.Range(0, Tensors),
        "tuned" => Enumerable.Range(Tensors / 2, Tensors),
        _ => Enumerable.Range(Tensors / 4, Tensors / 4).Concat(Enumerable.Range(1000, Tensors * 3 / 4)),
    };

    private static (string Path, ContentHash Sha256) WriteModel(TempFolder folder, string name)
    {
        string path = folder.File(name + ".safetensors");
        string entries = string.Join(',', Enumerable.Range(0, Tensors).Select(i =>
            $"\"{name}{i}\":{{\"dtype\":\"U8\",\"shape\":[{TensorBytes / 1024},1024],\"data_offsets\":[{i * TensorBytes},{(i + 1) * TensorBytes}]}}"));
        byte[] header = Encoding.UTF8.GetBytes($"{{{entries}}}");
        using (FileStream file = File.Create(path))
        {
            file.Write(BitConverter.GetBytes((long)header.Length));
            file.Write(header);
            foreach (int seed in Seeds(name))
            {
                file.Write(TestModel.Noise(seed, TensorBytes));
            }
        }

        return (path, HashOf(path));
    }

    private static TimeSpan Median(Func<Process> start) => Enumerable.Range(0, 3).Select(_ => Time(() =>
    {
        using Process process = start();
        process.WaitForExit();
    })).Order().ElementAt(1);

    private static TimeSpan Time(Action action)
    {
        Stopwatch clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed;
    }

    private static ContentHash HashOf(string path) => new(SHA256.HashData(File.ReadAllBytes(path)));
}
