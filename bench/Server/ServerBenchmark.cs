using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Benchmarks.Server;

/// <summary>
/// Import and export through a store on a server beside the plainest that the same server can do with the same bytes: an INSERT with
/// parameters a block, a bulk copy, a SELECT. <c>server [--mib N] [--runs N] [--folder F]</c>; the variable <c>HARTONOMOUS_SQL</c> names the
/// server, by a login that may create a database.
/// </summary>
internal sealed class ServerBenchmark : IDisposable
{
    private const int TensorBytes = 8 << 20;

    private readonly string _folder;
    private readonly string _database = $"hart_bench_{Environment.ProcessId}";
    private readonly SqlConnectionStringBuilder _server;
    private readonly int _mebibytes;
    private readonly List<(string Name, string? Peer, List<double> Seconds)> _lines = [];

    private ServerBenchmark(string connectionString, int mebibytes, string folder)
    {
        _server = new SqlConnectionStringBuilder(connectionString);
        _mebibytes = mebibytes;
        _folder = Directory.CreateDirectory(Path.Combine(folder, $"hart-bench-{Environment.ProcessId}")).FullName;
        Execute("master", $"CREATE DATABASE {_database}");
    }

    private string ConnectionString => new SqlConnectionStringBuilder(_server.ConnectionString) { InitialCatalog = _database }.ConnectionString;

    /// <summary>Runs it. Returns the exit code.</summary>
    public static int Run(string[] args)
    {
        string? connectionString = Environment.GetEnvironmentVariable("HARTONOMOUS_SQL");
        if (connectionString is null || args.Length % 2 != 0 || args.Chunk(2).Any(pair => pair[0] is not ("--mib" or "--runs" or "--folder")))
        {
            Console.Error.WriteLine("server [--mib N] [--runs N] [--folder F]; HARTONOMOUS_SQL holds the connection string");
            return 2;
        }

        Dictionary<string, string> options = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
        int mebibytes = int.Parse(options.GetValueOrDefault("--mib", "256"), CultureInfo.InvariantCulture);
        int runs = int.Parse(options.GetValueOrDefault("--runs", "5"), CultureInfo.InvariantCulture);
        using ServerBenchmark benchmark = new(connectionString, mebibytes, options.GetValueOrDefault("--folder", Path.GetTempPath()));
        benchmark.Measure(runs);
        return 0;
    }

    public void Dispose()
    {
        SqlConnection.ClearAllPools();
        Execute("master", $"DROP DATABASE {_database}");
        Directory.Delete(_folder, recursive: true);
    }

    private void Measure(int runs)
    {
        SqlServerOptions options = SqlServerOptions.Parse(ConnectionString);
        new SqlServerSchema(options).Update();
        PlainTransfer plain = new(ConnectionString);
        using SqlServerStore store = SqlServerStore.Open(options);

        // What is made once per process or connection is made before the first round.
        Import(store, Write("warm", int.MaxValue, 8), "warm");
        for (int run = 0; run < runs; run++)
        {
            Round(store, plain, run);
        }

        double bytes = _mebibytes * 1048576.0;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_mebibytes} MiB in blocks of 1 MiB, {runs} rounds, {Environment.ProcessorCount} cores; ratios are of times in the same round"));
        Console.WriteLine($"{"",-34}{"median s",10}{"min",8}{"max",8}{"MB/s",8}{"ratio",8}  of");
        foreach ((string name, string? peer, List<double> seconds) in _lines)
        {
            string ratio = peer is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{Ratio(seconds, peer),8:F2}  {peer}");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-34}{Median(seconds),10:F2}{seconds.Min(),8:F2}{seconds.Max(),8:F2}{bytes / Median(seconds) / 1e6,8:F0}{ratio}"));
        }
    }

    private double Ratio(List<double> seconds, string peer) =>
        Median(seconds.Zip(_lines.Find(line => line.Name == peer).Seconds, (mine, its) => mine / its));

    /// <summary>One round: everything once, on bytes that the server has not seen.</summary>
    private void Round(SqlServerStore store, PlainTransfer plain, int run)
    {
        string name = $"run{run}";
        string path = Write(name, run, _mebibytes);
        string twin = Write(name + "-twin", run, _mebibytes);
        plain.Reset();
        Add("plain INSERT", null, () => plain.Insert(path));
        plain.Reset();
        Add("SqlBulkCopy", null, () => plain.BulkCopy(path));
        Add("hart import, new content", "plain INSERT", () => Import(store, path, name));
        Add("hart import, new content (bulk)", "SqlBulkCopy", null);
        Add("hart import, known content", "plain INSERT", () => Import(store, twin, name + "-twin"));
        string output = Path.Combine(_folder, "out");
        Add("plain SELECT", null, () => plain.Select(output));
        File.Delete(output);
        Add("hart export", "plain SELECT", () => new ModelExporter(store).Export(name, output));
        foreach (string used in (string[])[output, path, twin])
        {
            File.Delete(used);
        }

        foreach (StoredModel model in store.ListModels())
        {
            store.RemoveModel(model.ModelId);
        }

        store.Optimize(new OptimizeOptions(), null, CancellationToken.None);
    }

    /// <summary>Measures something; without it, the line before counts again, beside another peer.</summary>
    private void Add(string name, string? peer, Action? action)
    {
        Stopwatch clock = Stopwatch.StartNew();
        action?.Invoke();
        double seconds = clock.Elapsed.TotalSeconds;
        int at = _lines.FindIndex(line => line.Name == name);
        if (at < 0)
        {
            at = _lines.Count;
            _lines.Add((name, peer, []));
        }

        _lines[at].Seconds.Add(action is null ? _lines[at - 1].Seconds[^1] : seconds);
    }

    private static void Import(SqlServerStore store, string path, string name)
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);
        new ModelImporter(store).Import(source, new ImportOptions { Name = name });
    }

    /// <summary>A SafeTensors file of noise, equal for equal seeds but for the names of its tensors.</summary>
    private string Write(string name, int seed, int mebibytes)
    {
        int tensors = Math.Max(1, mebibytes * 1048576 / TensorBytes);
        Dictionary<string, object> header = Enumerable.Range(0, tensors).ToDictionary(
            i => $"{name}.{i}",
            i => (object)new
            {
                dtype = "U8",
                shape = new[] { TensorBytes / 4096, 4096 },
                data_offsets = new[] { (long)i * TensorBytes, (i + 1L) * TensorBytes },
            });
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        string path = Path.Combine(_folder, name + ".safetensors");
        using FileStream file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)json.Length));
        file.Write(json);
        Random random = new(seed);
        byte[] content = new byte[TensorBytes];
        for (int i = 0; i < tensors; i++)
        {
            random.NextBytes(content);
            file.Write(content);
        }

        return path;
    }

    private void Execute(string database, string sql)
    {
        using SqlConnection connection = new(new SqlConnectionStringBuilder(_server.ConnectionString) { InitialCatalog = database }.ConnectionString);
        connection.Open();
        using SqlCommand command = new(sql, connection) { CommandTimeout = 600 };
        command.ExecuteNonQuery();
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
