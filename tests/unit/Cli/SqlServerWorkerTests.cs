using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Cli;

/// <summary>Real workers on one queue: killed, told to end, and killed by what they work on.</summary>
[RequiresSqlServer]
public sealed class SqlServerWorkerTests(ServerFixture fixture) : IClassFixture<ServerFixture>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TestServer _server = fixture.TakeEmpty();
    private readonly TempFolder _folder = new();

    private string ConnectionString => TestServer.ConnectionString(_server.Database);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_workers_one_of_which_is_killed_do_every_job_once()
    {
        const int Count = 20;
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        long[] jobs = [.. Enumerable.Range(0, Count).Select(i => Enqueue(store, $"m{i}", 4 << 20, seed: i))];
        (TcpProxy proxy, SqlConnectionStringBuilder through) = ServerSessions.Proxy(_server.Database);
        using TcpProxy held = proxy;

        // The victim is held up in the middle of its second job.
        proxy.StallAfter(6 << 20);
        using Process victim = HartProcess.Start(through.ConnectionString, "worker", "--json", "--poll", "1");
        using Process survivor = Worker("--poll", "1");
        Task<CliResult> survivorEnd = HartProcess.EndAsync(survivor);
        IngestionJob caught = Await(store, "a job of the victim's", list => proxy.IsStalled
            ? list.FirstOrDefault(job => job is { Status: JobStatus.Processing, IsRunning: true } && job.ProcessId == victim.Id)
            : null);
        victim.Kill();
        await victim.WaitForExitAsync();
        ExpireLeases(victim.Id);
        Await(store, "the end of all jobs", list => list.All(job => job.Status == JobStatus.Complete) ? list[0] : null);
        HartProcess.Terminate(survivor);
        CliResult end = await survivorEnd;

        Assert.True(end.ExitCode == 0, end.ToString());
        IReadOnlyList<IngestionJob> after = store.Jobs.List();
        Assert.Equal(jobs.Order(), after.Select(job => job.JobId).Order());
        Assert.All(after, job => Assert.Equal(job.JobId == caught.JobId ? 2 : 1, job.Runs));
        Assert.Equal(Count, store.ListModels().Count);
        long[] bySurvivor = [.. end.Json.GetProperty("done").EnumerateArray().Select(job => job.GetProperty("jobId").GetInt64())];
        Assert.Equal(bySurvivor.Length, bySurvivor.Distinct().Count());
        Assert.Equal(after.Where(job => job.ProcessId == survivor.Id).Select(job => job.JobId).Order(), bySurvivor.Order());
        Assert.Contains(caught.JobId, bySurvivor);
        Assert.Contains(after, job => job.ProcessId == victim.Id);
        AssertWhole(store);
    }

    [UnixFact]
    public async Task A_worker_that_is_told_to_end_gives_its_job_back()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        long jobId = Enqueue(store, "m", 128 << 20, seed: 1);
        using Process worker = Worker();
        Await(store, "the job at work", list => list.FirstOrDefault(job => job is { Status: JobStatus.Processing, IsRunning: true }));

        HartProcess.Terminate(worker);
        CliResult end = await HartProcess.EndAsync(worker);

        Assert.True(end.ExitCode == 130, end.ToString());
        IngestionJob given = store.Jobs.Find(jobId)!;
        Assert.Equal((JobStatus.Processing, false, 1), (given.Status, given.IsRunning, given.Runs));
        CliResult next = await HartProcess.RunAsync(ConnectionString, "worker", "--until-empty", "--json");
        Assert.True(next.ExitCode == 0, next.ToString());
        Assert.Equal(jobId, Assert.Single(next.Json.GetProperty("done").EnumerateArray()).GetProperty("jobId").GetInt64());
        Assert.Equal((JobStatus.Complete, 2), (store.Jobs.Find(jobId)!.Status, store.Jobs.Find(jobId)!.Runs));
        AssertWhole(store);
    }

    [Fact]
    public async Task A_job_whose_workers_are_killed_five_times_is_failed_and_the_queue_goes_on()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        (TcpProxy proxy, SqlConnectionStringBuilder through) = ServerSessions.Proxy(_server.Database);
        using TcpProxy held = proxy;
        long poison = Enqueue(store, "poison", 32 << 20, seed: 1);
        long next = Enqueue(store, "next", 1 << 20, seed: 2);
        for (int death = 1; death <= 5; death++)
        {
            proxy.StallAfter(2 << 20);
            using Process worker = HartProcess.Start(through.ConnectionString, "worker", "--max-jobs", "1");
            IngestionJob job = Await(store, "the poison at work", list => proxy.IsStalled
                ? list.FirstOrDefault(job => job is { Status: JobStatus.Processing, IsRunning: true } && job.ProcessId == worker.Id)
                : null);
            Assert.Equal((poison, death), (job.JobId, job.Runs));
            worker.Kill();
            await worker.WaitForExitAsync();
            ExpireLeases(worker.Id);
        }

        CliResult end = await HartProcess.RunAsync(ConnectionString, "worker", "--until-empty", "--json");

        Assert.True(end.ExitCode == 0, end.ToString());
        IngestionJob failed = store.Jobs.Find(poison)!;
        Assert.Equal((JobStatus.Failed, "JOB_WORKERS_DIED", 5), (failed.Status, failed.ErrorCode, failed.Runs));
        Assert.Equal(JobStatus.Complete, store.Jobs.Find(next)!.Status);
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
    }

    [Fact]
    public async Task Eight_processes_that_import_overlapping_families_into_one_database_leave_what_one_would()
    {
        const int Processes = 8;
        const int ModelsOfEach = 3;
        List<string[]> shares = [.. Enumerable.Range(0, Processes).Select(process => Enumerable.Range(0, ModelsOfEach)
            .Select(number => _folder.Write($"p{process}-m{number}.safetensors", ConcurrencyTests.Model(process, number))).ToArray())];

        CliResult[] results = await Task.WhenAll(shares.Select(share =>
            HartProcess.RunAsync(ConnectionString, ["import", .. share, "--chunk-mib", "1", "--json"])));

        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.ToString()));
        Assert.All(results, result => Assert.Equal(ModelsOfEach, result.Json.GetProperty("imports").GetArrayLength()));
        using CliHost alone = new();
        CliResult serial = alone.Run(["import", .. shares.SelectMany(share => share), "--json"]);
        Assert.True(serial.ExitCode == 0, serial.Error);
        JsonElement expected = alone.Run("stats", "--json").Json;
        JsonElement actual = (await HartProcess.RunAsync(ConnectionString, "stats", "--json")).Json;
        string[] counts = ["models", "tensors", "atoms", "bytesImported", "bytesStored", "savedByFile", "savedByTensor", "savedByBlock"];
        Assert.Equal(
            counts.Select(count => (count, expected.GetProperty(count).GetInt64())), counts.Select(count => (count, actual.GetProperty(count).GetInt64())));
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        AssertWhole(store);
        Assert.All(store.Jobs.List(), job => Assert.Equal(JobStatus.Complete, job.Status));
        foreach (string path in shares.SelectMany(share => share))
        {
            string copy = _folder.File("copy");
            new ModelExporter(store).Export(Path.GetFileNameWithoutExtension(path), copy, overwrite: true);
            Assert.Equal(ContentHash.Of(File.ReadAllBytes(path)), ContentHash.Of(File.ReadAllBytes(copy)));
        }
    }

    private Process Worker(params string[] options) => HartProcess.Start(ConnectionString, ["worker", "--json", .. options]);

    private long Enqueue(SqlServerStore store, string name, int bytes, int seed) => store.Enqueue(
        name,
        _folder.Write($"{name}.safetensors", TinyModel.Build([.. Enumerable.Range(0, 4).Select(i => ($"w{i}", TestModel.Noise((seed * 4) + i, bytes / 4)))])),
        ImportOptions.DefaultBlockBytes,
        Granularity.Block,
        false).JobId;

    /// <summary>Looks at the jobs until one is found.</summary>
    private static IngestionJob Await(SqlServerStore store, string what, Func<IReadOnlyList<IngestionJob>, IngestionJob?> find)
    {
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            if (find(store.Jobs.List()) is { } job)
            {
                return job;
            }
        }

        IEnumerable<string> jobs = store.Jobs.List().Select(job => $"{job.JobId} {job.Status} {job.Runs} {job.ProcessId} {job.ErrorMessage}");
        throw new InvalidOperationException($"There was no {what}: {string.Join("; ", jobs)}");
    }

    /// <summary>Time passes: a process that is dead has given no sign since.</summary>
    private void ExpireLeases(int processId)
    {
        // What it has sent before it died is not to come after this.
        ServerSessions.KillAll(_server.Database);
        _server.Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"UPDATE dbo.IngestionJobs SET LeaseUntil = DATEADD(second, -1, SYSUTCDATETIME()) WHERE LeaseId IS NOT NULL AND ProcessId = {processId}"));
    }

    private static void AssertWhole(SqlServerStore store) => Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
}
