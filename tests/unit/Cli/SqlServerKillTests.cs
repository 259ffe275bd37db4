using System.Diagnostics;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Cli;

/// <summary>
/// Kills real processes that import, work on the queue, remove and optimize, one after the other on the same database, and looks each time
/// whether the store is whole and what comes out of it is what went in. <c>HARTONOMOUS_KILLS</c> says how many times.
/// </summary>
[RequiresSqlServer]
public sealed class SqlServerKillTests(ServerFixture fixture, ITestOutputHelper output) : IClassFixture<ServerFixture>, IDisposable
{
    private const int DefaultKills = 5;
    private const int Seed = 20260303;
    private const int TensorBytes = 256 * 1024;
    private const int Tensors = 24;

    private static readonly string[] Names = ["base", "tuned", "other"];

    private readonly TestServer _server = fixture.TakeEmpty();
    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, (string Path, ContentHash Sha256)> _models = [];
    private readonly HashSet<string> _stored = [];
    private readonly Random _random = new(Seed);

    private string ConnectionString => TestServer.ConnectionString(_server.Database);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Killed_at_any_instant_imports_workers_removals_and_optimizations_leave_a_whole_store()
    {
        int wanted = int.TryParse(Environment.GetEnvironmentVariable("HARTONOMOUS_KILLS"), out int given) ? given : DefaultKills;
        foreach (string name in Names)
        {
            byte[] file = TinyModel.Build([.. Seeds(name).Select((seed, i) => ($"{name}{i}", TestModel.Noise(seed, TensorBytes)))]);
            _models[name] = (_folder.Write($"{name}.safetensors", file), ContentHash.Of(file));
        }

        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        Dictionary<string, TimeSpan> durations = Measure(store);
        Dictionary<string, int> kills = [];

        // What was measured on a machine busier than now would be too long to wait: after each process that ended by itself, less is waited.
        double patience = 1;
        for (int round = 0; kills.Values.Sum() < wanted && round < wanted * 4; round++)
        {
            (string verb, string name) = Choose();
            bool killed = Kill(Start(store, verb, name), durations[verb] * _random.NextDouble() * patience);
            patience = killed ? Math.Min(1, patience * 1.1) : patience * 0.7;
            if (killed)
            {
                kills[verb] = kills.GetValueOrDefault(verb) + 1;
                ExpireLeases();
                AssertWhole(store);
                if (verb is "import" or "worker" && _random.Next(2) == 0 &&
                    Kill(Start(store, verb, name), durations[verb] * _random.NextDouble() * patience))
                {
                    kills["resume"] = kills.GetValueOrDefault("resume") + 1;
                    ExpireLeases();
                    AssertWhole(store);
                }
            }

            Finish(store, verb, name);
            AssertEqualToUninterrupted(store);
        }

        int total = kills.Values.Sum();
        output.WriteLine($"{total} kills (seed {Seed}: {string.Join(", ", kills.Select(kill => $"{kill.Value} x {kill.Key}"))}) left a whole store.");
        Assert.True(total >= wanted, $"Only {total} of {wanted} processes were still at work when they were to be killed.");
    }

    private (string Verb, string Name) Choose()
    {
        string[] missing = [.. Names.Where(name => !_stored.Contains(name))];
        int dice = _random.Next(8);
        return (dice < 4 && missing.Length > 0) || _stored.Count == 0
            ? (dice % 2 == 0 ? "import" : "worker", missing[_random.Next(missing.Length)])
            : dice is 0 or 4 or 5 ? ("optimize", string.Empty) : ("remove", _stored.Order(StringComparer.Ordinal).ElementAt(_random.Next(_stored.Count)));
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
    private void Finish(SqlServerStore store, string verb, string name)
    {
        using Process process = Start(store, verb, name);
        CliResult result = HartProcess.EndAsync(process).GetAwaiter().GetResult();
        bool isDone = result.ExitCode == 0 || (verb == "remove" && result.Out.Contains("MODEL_NOT_FOUND", StringComparison.Ordinal));
        Assert.True(isDone, $"{verb} {name}: {result}");
        if (verb is "import" or "worker")
        {
            _stored.Add(name);
        }
        else if (verb == "remove")
        {
            _stored.Remove(name);
        }
    }

    private static void AssertWhole(SqlServerStore store) => Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);

    private void AssertEqualToUninterrupted(SqlServerStore store)
    {
        AssertWhole(store);
        Assert.Equal(_stored.Order(StringComparer.Ordinal), store.ListModels().Select(model => model.Name));
        Assert.All(store.Jobs.List(), job => Assert.Equal(JobStatus.Complete, job.Status));
        foreach (string name in _stored)
        {
            string copy = _folder.File("copy");
            new ModelExporter(store).Export(name, copy, overwrite: true);
            Assert.Equal(_models[name].Sha256, ContentHash.Of(File.ReadAllBytes(copy)));
        }

        // What an uninterrupted import of the same models keeps: each distinct tensor once, and the headers.
        long distinct = _stored.SelectMany(Seeds).Distinct().Count() * (long)TensorBytes;
        long headers = _stored.Sum(name => new FileInfo(_models[name].Path).Length - (Tensors * (long)TensorBytes));
        Assert.Equal(distinct + headers, store.GetStatistics().BytesStored);
    }

    private Dictionary<string, TimeSpan> Measure(SqlServerStore store)
    {
        Dictionary<string, TimeSpan> durations = [];
        foreach ((string verb, string name) in (IEnumerable<(string, string)>)
            [("import", "base"), ("remove", "base"), ("worker", "base"), ("remove", "base"), ("optimize", string.Empty)])
        {
            Stopwatch clock = Stopwatch.StartNew();
            Finish(store, verb, name);
            durations[verb] = clock.Elapsed;
        }

        return durations;
    }

    /// <summary>Starts a command; one for a worker is queued first, unless it waits in the queue from before.</summary>
    private Process Start(SqlServerStore store, string verb, string name)
    {
        if (verb == "worker" && store.FindModel(name) is null && !store.Jobs.List().Any(job => job.Model == name && job.Status != JobStatus.Complete))
        {
            store.Enqueue(name, _models[name].Path, ImportOptions.DefaultBlockBytes, Granularity.Block, false);
        }

        return HartProcess.Start(ConnectionString, verb switch
        {
            "import" => ["import", _models[name].Path, "--name", name, "--chunk-mib", "1", "--json"],
            "worker" => ["worker", "--until-empty", "--json"],
            "remove" => ["remove", "--model", name, "--yes", "--json"],
            _ => ["optimize", "--max-waste", "0", "--json"],
        });
    }

    /// <summary>Time passes: whoever had a lease has given no sign since.</summary>
    private void ExpireLeases()
    {
        // What it has sent before it died is not to come after this.
        ServerSessions.KillAll(_server.Database);
        _server.Execute("UPDATE dbo.IngestionJobs SET LeaseUntil = DATEADD(second, -1, SYSUTCDATETIME()) WHERE LeaseId IS NOT NULL");
    }

    /// <summary>The tensors of a model, as seeds of their noise: the fine-tune shares half with its base, the third a quarter.</summary>
    private static IEnumerable<int> Seeds(string name) => name switch
    {
        "base" => Enumerable.Range(0, Tensors),
        "tuned" => Enumerable.Range(Tensors / 2, Tensors),
        _ => Enumerable.Range(Tensors / 4, Tensors / 4).Concat(Enumerable.Range(1000, Tensors * 3 / 4)),
    };
}
