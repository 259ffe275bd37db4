using System.Collections.Concurrent;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Cli;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>The job table as a queue for workers.</summary>
[RequiresSqlServer]
public sealed class SqlServerQueueTests(ServerFixture fixture) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly TestServer _server = fixture.TakeEmpty();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Several_workers_do_every_job_once()
    {
        const int Count = 12;
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        string[] paths = [.. Enumerable.Range(0, Count).Select(i => _folder.Write($"m{i}.safetensors", TinyModel.Build([("w", TestModel.Noise(i, 4096))])))];
        foreach ((int i, string path) in paths.Index())
        {
            IngestionJob job = store.Enqueue($"m{i}", path, ImportOptions.DefaultBlockBytes, Granularity.Block, false);
            Assert.Equal((JobStatus.Pending, false), (job.Status, job.IsRunning));
        }

        ConcurrentBag<WorkedJob> worked = [];
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using SqlServerStore own = SqlServerStore.Open(_server.Options);
            new IngestionWorker(own).Run(new WorkerOptions { UntilEmpty = true }, worked.Add, null, CancellationToken.None);
        });

        Assert.Equal(Count, worked.Count);
        Assert.Equal(Count, worked.Select(job => job.JobId).Distinct().Count());
        Assert.All(worked, job => Assert.Null(job.Error));
        Assert.Equal(Count, store.ListModels().Count);
        Assert.All(store.Jobs.List(), job => Assert.Equal((JobStatus.Complete, 1), (job.Status, job.Runs)));
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
    }

    [Fact]
    public void A_job_whose_worker_gives_no_sign_any_more_is_done_by_another()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        string path = _folder.Write("m.safetensors", TinyModel.Build([("w", TestModel.Noise(1, 4096))]));
        long jobId = store.Enqueue("m", path, ImportOptions.DefaultBlockBytes, Granularity.Block, false).JobId;
        _server.Execute(
            "UPDATE dbo.IngestionJobs SET Status = N'Processing', LeaseId = NEWID(), LeaseUntil = DATEADD(hour, 1, SYSUTCDATETIME()), Runs = 1 " +
            $"WHERE JobId = {jobId}");
        Assert.Null(store.Lease());
        Assert.True(store.Jobs.Find(jobId)!.IsRunning);

        _server.Execute($"UPDATE dbo.IngestionJobs SET LeaseUntil = DATEADD(second, -1, SYSUTCDATETIME()) WHERE JobId = {jobId}");
        _server.Execute($"UPDATE dbo.IngestionJobs SET SourceFingerprint = {FingerprintOf(path)}, TensorCount = 1 WHERE JobId = {jobId}");
        List<WorkedJob> worked = [];
        new IngestionWorker(store).Run(new WorkerOptions { UntilEmpty = true }, worked.Add, null, CancellationToken.None);

        Assert.Null(Assert.Single(worked).Error);
        Assert.Equal((JobStatus.Complete, 2), (store.Jobs.Find(jobId)!.Status, store.Jobs.Find(jobId)!.Runs));
    }

    [Fact]
    public void A_source_that_is_not_there_fails_its_job_and_the_worker_goes_on()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        long absent = store.Enqueue("absent", _folder.File("absent.gguf"), ImportOptions.DefaultBlockBytes, Granularity.Block, false).JobId;
        string path = _folder.Write("m.safetensors", TinyModel.Build([("w", TestModel.Noise(1, 64))]));
        store.Enqueue("m", path, ImportOptions.DefaultBlockBytes, Granularity.Block, false);

        Assert.Equal(2, new IngestionWorker(store).Run(new WorkerOptions { UntilEmpty = true }, null, null, CancellationToken.None));

        IngestionJob failed = store.Jobs.Find(absent)!;
        Assert.Equal((JobStatus.Failed, "FILE_NOT_FOUND", false), (failed.Status, failed.ErrorCode, failed.IsRunning));
        Assert.NotNull(store.FindModel("m"));
    }

    [Fact]
    public void A_job_that_kills_its_workers_again_and_again_is_failed()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        long jobId = store.Enqueue("m", "/models/m", ImportOptions.DefaultBlockBytes, Granularity.Block, false).JobId;
        _server.Execute(
            "UPDATE dbo.IngestionJobs SET WorkerDeaths = 4, LeaseId = NEWID(), LeaseUntil = DATEADD(second, -1, SYSUTCDATETIME()) " +
            $"WHERE JobId = {jobId}");

        Assert.Null(store.Lease());
        Assert.Equal(StoreErrorCodes.JobWorkersDied, store.Jobs.Find(jobId)!.ErrorCode);
    }

    [Fact]
    public void A_lease_that_another_took_ends_the_import_that_had_it()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        using IIngestSession session = store.BeginIngest(new IngestRequest("m", "/models/m", ContentHash.Of([1]), 4096, 1, 10));
        _server.Execute($"UPDATE dbo.IngestionJobs SET LeaseId = NEWID() WHERE JobId = {session.JobId}");

        Assert.Equal(StoreErrorCodes.JobLeaseLost, Assert.Throws<StoreException>(() => session.Commit(0)).Code);
    }

    private static string FingerprintOf(string path)
    {
        using Hartonomous.Core.Formats.ModelSource source = Hartonomous.Core.Formats.ModelReader.Open(Hartonomous.Core.Formats.ModelReader.Locate(path)[0]);
        return "0x" + JobRequest.Of("m", source, new ImportOptions()).SourceFingerprint;
    }
}
