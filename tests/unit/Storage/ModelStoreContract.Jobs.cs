using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Cli;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>Jobs as others see them: watched, stopped, resumed, reset.</summary>
public abstract partial class ModelStoreContract
{
    [Fact]
    public void A_job_is_listed_with_its_figures_through_all_its_states()
    {
        using IModelStore store = CreateStore();
        using IModelStore other = Reopen(store);
        byte[] content = TestModel.Noise(3, 1000);
        long jobId;
        using (IIngestSession session = store.BeginIngest(Request("m")))
        {
            jobId = session.JobId;
            session.WritePayload(ContentHash.Of(content), content);
            session.AddTensor(0, new IngestedTensor(ContentHash.Of(content), 1000, []));
            session.Commit(25_000);

            IngestionJob atWork = Assert.Single(other.Jobs.List());
            Assert.Equal((jobId, "m", "/models/m", "default"), (atWork.JobId, atWork.Model, atWork.SourcePath, atWork.Tenant));
            Assert.Equal((JobStatus.Processing, true, false), (atWork.Status, atWork.IsRunning, atWork.CanResume));
            Assert.Equal((10L, 1L, 100_000L, 25_000L, 0.25), (atWork.Tensors, atWork.TensorsDone, atWork.BytesTotal, atWork.BytesProcessed, atWork.Progress));
            Assert.Equal((1L, 1000L, 1), (atWork.NewAtoms, atWork.NewBytes, atWork.Runs));
            Assert.Equal((Environment.ProcessId, null), (atWork.ProcessId, atWork.EndedAtUtc));
        }

        // Disposed of without a word: as after a kill.
        IngestionJob killed = other.Jobs.Find(jobId)!;
        Assert.Equal((JobStatus.Processing, false, true), (killed.Status, killed.IsRunning, killed.CanResume));

        using (IIngestSession session = store.BeginIngest(Request("m")))
        {
            session.Abandon(JobStatus.Failed, "the disk is full", "IO_ERROR");
        }

        IngestionJob failed = Assert.Single(other.Jobs.List(JobStatus.Failed));
        Assert.Equal(("IO_ERROR", "the disk is full", 2), (failed.ErrorCode, failed.ErrorMessage, failed.Runs));
        Assert.NotNull(failed.EndedAtUtc);
        Assert.Empty(other.Jobs.List(JobStatus.Complete));
        Assert.Null(other.Jobs.Find(jobId + 100));
    }

    [Fact]
    public void A_job_at_work_shows_how_far_it_is_without_a_commit()
    {
        using IModelStore store = CreateStore();
        using IModelStore other = Reopen(store);
        using IIngestSession session = store.BeginIngest(Request("m"));

        session.Report(77_000);

        Assert.True(SpinWait.SpinUntil(() => other.Jobs.Find(session.JobId)!.BytesProcessed == 77_000, TimeSpan.FromSeconds(30)));
        IngestionJob job = other.Jobs.Find(session.JobId)!;
        Assert.True(job.UpdatedAtUtc > job.StartedAtUtc);
        Assert.True(job.BytesPerSecond > 0);
    }

    [Fact]
    public void A_job_at_work_stops_when_another_process_asks_and_goes_on_when_it_is_resumed()
    {
        using IModelStore store = CreateStore();
        using IModelStore other = Reopen(store);
        TestModel model = new("m");
        for (int i = 0; i < 60; i++)
        {
            model.BeginFile($"{i}.bin").Tensor($"t{i}", TensorDtype.U8, [5, 1000], TestModel.Noise(i, 5000));
        }

        bool isAsked = false;
        using ModelSource source = model.Open();
        StoreException error = Assert.Throws<StoreException>(() => new ModelImporter(store).Import(
            source,
            new ImportOptions { CommitBytes = 10_000, BlockBytes = BlockBytes },
            new Callback(progress =>
            {
                if (!isAsked && progress.BytesDone >= 50_000)
                {
                    isAsked = true;
                    IngestionJob asked = other.Jobs.Stop(other.Jobs.List()[0].JobId);
                    Assert.Equal((JobStatus.Processing, true, true), (asked.Status, asked.IsRunning, asked.IsStopRequested));
                    Assert.True(SpinWait.SpinUntil(() => other.Jobs.Find(asked.JobId)!.UpdatedAtUtc > asked.UpdatedAtUtc, TimeSpan.FromSeconds(30)));
                }
            })));

        Assert.Equal(StoreErrorCodes.JobStopped, error.Code);
        IngestionJob stopped = Assert.Single(store.Jobs.List());
        Assert.Equal((JobStatus.Cancelled, "JOB_STOPPED", false), (stopped.Status, stopped.ErrorCode, stopped.IsStopRequested));
        Assert.InRange(stopped.TensorsDone, 1, 59);
        AssertWhole(store);

        ImportResult resumed = Import(store, model);
        Assert.Equal((true, stopped.JobId), (resumed.Resumed, resumed.JobId));
        Assert.Equal(JobStatus.Complete, store.Jobs.Find(stopped.JobId)!.Status);
        AssertGivesBack(store, model);
        AssertWhole(store);
    }

    [Fact]
    public void A_job_whose_process_is_dead_is_stopped_at_once_and_one_that_ended_is_left_as_it_is()
    {
        using IModelStore store = CreateStore();
        long jobId;
        using (IIngestSession session = store.BeginIngest(Request("m")))
        {
            jobId = session.JobId;
        }

        Assert.Equal(JobStatus.Cancelled, store.Jobs.Stop(jobId).Status);
        Import(store, new TestModel("n").Tensor("w", TensorDtype.U8, [2], [1, 2]));
        long complete = store.Jobs.List(JobStatus.Complete)[0].JobId;
        Assert.Equal(JobStatus.Complete, store.Jobs.Stop(complete).Status);
        Assert.Equal(StoreErrorCodes.JobNotFound, Assert.Throws<StoreException>(() => store.Jobs.Stop(complete + 100)).Code);
    }

    [Fact]
    public void A_reset_job_holds_nothing_any_more_and_begins_anew()
    {
        using IModelStore store = CreateStore();
        byte[] first = TestModel.Noise(1, 4096);
        byte[] second = TestModel.Noise(2, 4096);
        ContentHash whole = ContentHash.Of([.. first, .. second]);
        long jobId;
        using (IIngestSession session = store.BeginIngest(Request("m")))
        {
            jobId = session.JobId;
            session.WritePayload(ContentHash.Of(first), first);
            session.WritePayload(ContentHash.Of(second), second);
            BlockPlacement[] blocks = [new(0, ContentHash.Of(first), 0, 4096, 0, 0, 0), new(1, ContentHash.Of(second), 4096, 4096, 0, 1, 0)];
            session.AddTensor(3, new IngestedTensor(whole, 8192, blocks));
            session.Commit(8192);
            Assert.Equal(StoreErrorCodes.JobRunning, Assert.Throws<StoreException>(() => store.Jobs.Reset(jobId)).Code);
        }

        Assert.Equal((8192L, 0L), (store.GetStatistics().BytesStored, store.GetStatistics().BytesReclaimable));
        IngestionJob reset = store.Jobs.Reset(jobId);

        Assert.Equal((JobStatus.Pending, 0L, 0L, 0L), (reset.Status, reset.TensorsDone, reset.BytesProcessed, reset.NewBytes));
        Assert.Equal((0L, 8192L, 0L), (store.GetStatistics().BytesStored, store.GetStatistics().BytesReclaimable, store.Tenants.List()[0].Bytes));
        AssertWhole(store);
        using IIngestSession next = store.BeginIngest(Request("m", seed: 9));
        Assert.Equal((jobId, false), (next.JobId, next.IsResumed));
        Assert.Empty(next.CompletedTensors);
    }

    [Fact]
    public void A_job_that_is_complete_or_absent_cannot_be_reset_or_resumed()
    {
        using IModelStore store = CreateStore();
        Import(store, new TestModel("m").Tensor("w", TensorDtype.U8, [2], [1, 2]));
        long jobId = store.Jobs.List()[0].JobId;
        JobResumer resumer = new(store);

        Assert.Equal(StoreErrorCodes.JobComplete, Assert.Throws<StoreException>(() => store.Jobs.Reset(jobId)).Code);
        Assert.Equal(StoreErrorCodes.JobComplete, Assert.Throws<StoreException>(() => resumer.Resume(jobId)).Code);
        Assert.Equal(StoreErrorCodes.JobNotFound, Assert.Throws<StoreException>(() => store.Jobs.Reset(jobId + 100)).Code);
        Assert.Equal(StoreErrorCodes.JobNotFound, Assert.Throws<StoreException>(() => resumer.Resume(jobId + 100)).Code);
        using IIngestSession session = store.BeginIngest(Request("running"));
        Assert.Equal(StoreErrorCodes.JobRunning, Assert.Throws<StoreException>(() => resumer.Resume(session.JobId)).Code);
    }

    [Fact]
    public void A_job_is_resumed_from_its_source_with_what_it_was_begun_with()
    {
        using IModelStore store = CreateStore();
        using TempFolder folder = new();
        string path = WriteModel(folder, 8);
        long jobId = ImportHalf(store, path, Granularity.Row);
        IngestionJob before = store.Jobs.Find(jobId)!;
        Assert.Equal((JobStatus.Cancelled, Granularity.Row), (before.Status, before.Granularity));
        Assert.InRange(before.TensorsDone, 1, 7);

        ImportResult result = new JobResumer(store).Resume(jobId);

        Assert.Equal((jobId, true, "given", 8L), (result.JobId, result.Resumed, result.Model, result.Tensors));
        IngestionJob after = store.Jobs.Find(jobId)!;
        Assert.Equal((JobStatus.Complete, 2, result.ModelId, 8L), (after.Status, after.Runs, after.ModelId, after.TensorsDone));
        string copy = folder.File("copy");
        new ModelExporter(store).Export("given", copy);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(copy));
        AssertWhole(store);
    }

    [Fact]
    public void A_source_that_changed_is_refused_with_what_changed_until_the_job_is_reset()
    {
        using IModelStore store = CreateStore();
        using TempFolder folder = new();
        string path = WriteModel(folder, 8);
        long jobId = ImportHalf(store, path, Granularity.Block);
        JobResumer resumer = new(store);
        DateTime written = File.GetLastWriteTimeUtc(path);
        byte[] bytes = File.ReadAllBytes(path);

        File.SetLastWriteTimeUtc(path, written.AddSeconds(2));
        Assert.Contains("written again", Refusal(resumer, jobId), StringComparison.Ordinal);
        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Contains($"had {bytes.Length} bytes and has {bytes.Length + 1}", Refusal(resumer, jobId), StringComparison.Ordinal);
        File.Delete(path);
        Assert.Contains("is not there any more", Refusal(resumer, jobId), StringComparison.Ordinal);

        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        store.Jobs.Reset(jobId);
        Assert.Equal(ImportStatus.Complete, resumer.Resume(jobId).Status);
        AssertWhole(store);
    }

    [Fact]
    public void A_job_whose_model_came_in_by_another_job_is_closed()
    {
        using IModelStore store = CreateStore();
        using TempFolder folder = new();
        string path = WriteModel(folder, 8);
        long jobId = ImportHalf(store, path, Granularity.Row);
        ImportResult other;
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]))
        {
            other = new ModelImporter(store).Import(source, new ImportOptions { Name = "given" });
        }

        Assert.NotEqual(jobId, other.JobId);
        ImportResult result = new JobResumer(store).Resume(jobId);

        Assert.Equal((ImportStatus.Unchanged, other.ModelId), (result.Status, result.ModelId));
        Assert.Equal(JobStatus.Complete, store.Jobs.Find(jobId)!.Status);
        AssertFiguresAddUp(store);
        AssertWhole(store);
    }

    [Fact]
    public void A_job_of_some_tensors_is_resumed_with_just_those()
    {
        using IModelStore store = CreateStore();
        using TempFolder folder = new();
        string path = WriteModel(folder, 8);
        using (ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]))
        using (ModelSource selection = FormatRegistry.Find(ModelFormat.SafeTensors)!.SelectTensors(
            source, [.. source.Metadata.Tensors.Where(tensor => tensor.Name is "t2" or "t5")], ReadLimits.Default))
        {
            using CancellationTokenSource stop = new();
            Assert.ThrowsAny<OperationCanceledException>(() => new ModelImporter(store).Import(
                selection, new ImportOptions { Name = "part", SelectedFrom = source }, new Callback(_ => stop.Cancel()), stop.Token));
        }

        IngestionJob job = Assert.Single(store.Jobs.List());
        Assert.Equal(path, job.SourcePath);
        ImportResult result = new JobResumer(store).Resume(job.JobId);

        Assert.Equal(["t2", "t5"], store.ListTensors(result.ModelId).Select(tensor => tensor.Info.Name));
        AssertWhole(store);
    }

    private static string Refusal(JobResumer resumer, long jobId)
    {
        StoreException error = Assert.Throws<StoreException>(() => resumer.Resume(jobId));
        Assert.Equal(StoreErrorCodes.JobSourceChanged, error.Code);
        return error.Message;
    }

    private static string WriteModel(TempFolder folder, int tensors) => folder.Write(
        "model.safetensors",
        TinyModel.Build([.. Enumerable.Range(0, tensors).Select(i => ($"t{i}", TestModel.Noise(i, 2 << 20)))]));

    /// <summary>Imports a model of several windows until the first of them is committed, and is cancelled then.</summary>
    private static long ImportHalf(IModelStore store, string path, Granularity granularity)
    {
        using ModelSource source = ModelReader.Open(ModelReader.Locate(path)[0]);
        using CancellationTokenSource stop = new();
        Assert.ThrowsAny<OperationCanceledException>(() => new ModelImporter(store).Import(
            source,
            new ImportOptions { Name = "given", CommitBytes = 1, Granularity = granularity },
            new Callback(progress =>
            {
                if (progress.BytesDone > 9 << 20)
                {
                    stop.Cancel();
                }
            }),
            stop.Token));
        return store.Jobs.List()[0].JobId;
    }

    private sealed class Callback(Action<OperationProgress> report) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => report(value);
    }
}
