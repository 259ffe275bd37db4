using System.Security.Cryptography;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>What every store has to do. One subclass for each implementation.</summary>
public abstract partial class ModelStoreContract : IDisposable
{
    private const int BlockBytes = 4096;

    /// <summary>A new, empty store.</summary>
    protected abstract IModelStore CreateStore();

    /// <summary>The same store again, as another process would open it.</summary>
    protected abstract IModelStore Reopen(IModelStore store);

    /// <inheritdoc/>
    public void Dispose()
    {
        CleanUp();
        GC.SuppressFinalize(this);
    }

    protected abstract void CleanUp();

    [Fact]
    public void A_new_store_is_empty_and_whole()
    {
        using IModelStore store = CreateStore();

        Assert.Empty(store.ListModels());
        StoreStatistics statistics = store.GetStatistics();
        Assert.Equal((0, 0, 0, 0L), (statistics.Models, statistics.Tensors, statistics.Atoms, statistics.BytesStored));
        AssertWhole(store);
    }

    [Fact]
    public void A_payload_counts_as_stored_at_once_and_can_be_read_after_the_commit()
    {
        using IModelStore store = CreateStore();
        byte[] content = TestModel.Noise(1, 5000);
        ContentHash hash = new(SHA256.HashData(content));
        using IIngestSession session = store.BeginIngest(Request("m"));
        Assert.Equal([false], FindStored(session, hash));

        session.WritePayload(hash, content);
        Assert.Equal([true, false], FindStored(session, hash, ContentHash.Of([1])));
        Assert.Equal(5000, session.UncommittedBytes);

        session.Commit(5000);
        Assert.Equal(0, session.UncommittedBytes);
        using IModelStore other = Reopen(store);
        using IModelStore all = other.ForTenant(TenantNames.All);
        Assert.Equal(content, ReadAtom(all, hash));
    }

    [Fact]
    public void What_was_not_committed_is_not_there_afterwards()
    {
        using IModelStore store = CreateStore();
        byte[] first = TestModel.Noise(1, 3000);
        byte[] second = TestModel.Noise(2, 3000);
        using (IIngestSession session = store.BeginIngest(Request("m")))
        {
            session.WritePayload(ContentHash.Of(first), first);
            session.Commit(3000);
            session.WritePayload(ContentHash.Of(second), second);
        }

        using (IIngestSession session = store.BeginIngest(Request("other")))
        {
            Assert.Equal([true, false], FindStored(session, ContentHash.Of(first), ContentHash.Of(second)));
            session.WritePayload(ContentHash.Of(second), second);
            session.Commit(3000);
        }

        using IModelStore all = store.ForTenant(TenantNames.All);
        Assert.Equal(second, ReadAtom(all, ContentHash.Of(second)));
        AssertWhole(store);
    }

    [Fact]
    public void A_job_is_taken_up_with_the_tensors_it_had_committed()
    {
        using IModelStore store = CreateStore();
        byte[] content = TestModel.Noise(3, 100);
        ContentHash hash = ContentHash.Of(content);
        long jobId;
        using (IIngestSession session = store.BeginIngest(Request("m")))
        {
            jobId = session.JobId;
            session.WritePayload(hash, content);
            session.AddTensor(7, new IngestedTensor(hash, 100, []));
            session.Commit(100);
            session.Abandon(JobStatus.Cancelled, "stopped by the test");
        }

        using IIngestSession resumed = store.BeginIngest(Request("m"));
        Assert.Equal(jobId, resumed.JobId);
        Assert.True(resumed.IsResumed);
        Assert.Equal(new Dictionary<int, ContentHash> { [7] = hash }, resumed.CompletedTensors);
        AssertWhole(store);
    }

    [Fact]
    public void A_job_of_a_changed_source_begins_anew()
    {
        using IModelStore store = CreateStore();
        long jobId;
        using (IIngestSession session = store.BeginIngest(Request("m", seed: 1)))
        {
            jobId = session.JobId;
        }

        using IIngestSession other = store.BeginIngest(Request("m", seed: 2));
        Assert.NotEqual(jobId, other.JobId);
    }

    [Fact]
    public void A_job_that_is_at_work_is_left_alone()
    {
        using IModelStore store = CreateStore();
        using IModelStore other = Reopen(store);
        using IIngestSession first = store.BeginIngest(Request("m"));
        using IIngestSession second = other.BeginIngest(Request("m"));

        Assert.NotEqual(first.JobId, second.JobId);
    }

    [Fact]
    public void Two_writers_of_the_same_payload_keep_one()
    {
        using IModelStore store = CreateStore();
        using IModelStore other = Reopen(store);
        TestModel model = new TestModel("a").Literal([1, 2, 3]).Tensor("w", TensorDtype.F32, [4, 1000], TestModel.Noise(4, 16_000));
        using IIngestSession first = store.BeginIngest(Request("first"));
        byte[] content = TestModel.Noise(4, 16_000)[..4000];
        first.WritePayload(ContentHash.Of(content), content);

        ImportResult imported = Import(other, model);
        first.Commit(4000);

        Assert.Equal((4, 16_000L), (imported.NewAtoms, imported.NewBytes));
        Assert.Equal(16_003, store.GetStatistics().BytesStored);
        AssertGivesBack(store, model);
        AssertWhole(store);
    }

    [Fact]
    public void A_model_is_listed_with_its_files_and_tensors_and_comes_back()
    {
        using IModelStore store = CreateStore();
        byte[] weights = TestModel.Noise(5, 24_000);
        TestModel model = new TestModel("Model")
            .Literal(TestModel.Noise(6, 10_000))
            .Tensor("a", TensorDtype.F32, [6, 1000], weights)
            .Literal([0, 0, 7])
            .Tensor("b", TensorDtype.U8, [10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
            .BeginFile("sub/second.bin")
            .Tensor("c", TensorDtype.F16, [], [0x00, 0x3C])
            .Tensor("none", TensorDtype.F16, [0, 4], []);

        ImportResult result = Import(store, model);

        StoredModel stored = Assert.Single(store.ListModels());
        Assert.Equal(("Model", 3L + 1, 34_013L + 2, 6011L), (stored.Name, stored.Tensors, stored.SizeBytes, stored.ParameterCount));
        Assert.Equal(result.ModelId, store.FindModel("mODEL")!.ModelId);
        Assert.Equal("""{"general.name":"Model"}""", stored.MetadataJson);
        Assert.Equal(["Model.bin", "sub/second.bin"], store.ListFiles(stored.ModelId).Select(file => file.Path));
        Assert.Equal(
            model.Files.Select(file => new ContentHash(SHA256.HashData(file.Bytes))), store.ListFiles(stored.ModelId).Select(file => file.Sha256));
        List<StoredTensor> tensors = [.. store.ListTensors(stored.ModelId)];
        Assert.Equal(["a", "b", "c", "none"], tensors.Select(tensor => tensor.Info.Name));
        Assert.Equal(new ContentHash(SHA256.HashData(weights)), tensors[0].Info.Sha256);
        Assert.Equal("[6, 1000]", tensors[0].Info.Shape.ToString());
        Assert.Equal((10_000, "Model.bin"), (tensors[0].Info.Offset, tensors[0].Info.File));
        Assert.Equal(weights, ReadAtom(store, tensors[0].Info.Sha256!.Value));
        Assert.Equal([], ReadAtom(store, tensors[3].Info.Sha256!.Value));
        AssertGivesBack(store, model);
        AssertWhole(store);
    }

    [Fact]
    public void Names_of_tensors_may_hold_anything()
    {
        using IModelStore store = CreateStore();
        string[] names = ["", "with\0nul", "\u202Egnp.exe", "'; DROP TABLE Models; --", "a\"b\\c%_*", new string('x', 65_536), "日本語 🦙"];
        TestModel model = new("m");
        foreach (string name in names)
        {
            model.Tensor(name, TensorDtype.U8, [1], [(byte)name.Length]);
        }

        Import(store, model);

        Assert.Equal(names, store.ListTensors(store.FindModel("m")!.ModelId).Select(tensor => tensor.Info.Name));
    }

    [Fact]
    public void A_block_can_be_read_at_any_place()
    {
        using IModelStore store = CreateStore();
        byte[] weights = TestModel.Noise(8, 40_000);
        Import(store, new TestModel("m").Tensor("w", TensorDtype.F32, [10, 1000], weights));

        using ByteSource atom = store.OpenAtom(ContentHash.Of(weights));
        foreach ((int offset, int count) in ((int, int)[])[(0, 40_000), (3999, 2), (4000, 4000), (1, 39_999), (39_999, 1), (12_345, 20_000), (40_000, 0)])
        {
            byte[] bytes = new byte[count];
            atom.ReadExactly(offset, bytes);
            Assert.Equal(weights[offset..(offset + count)], bytes);
        }

        Assert.Throws<ModelFormatException>(() => atom.ReadExactly(39_999, new byte[2]));
    }

    [Fact]
    public void An_atom_that_is_not_stored_cannot_be_opened()
    {
        using IModelStore store = CreateStore();

        Assert.Equal(StoreErrorCodes.StoreCorrupt, Assert.Throws<StoreException>(() => store.OpenAtom(ContentHash.Of([9]))).Code);
    }

    [Fact]
    public void A_second_model_of_a_name_is_refused_whatever_the_case()
    {
        using IModelStore store = CreateStore();
        Import(store, new TestModel("llama").Tensor("w", TensorDtype.U8, [2], [1, 2]));

        StoreException error = Assert.Throws<StoreException>(
            () => Import(store, new TestModel("LLaMA").Tensor("w", TensorDtype.U8, [2], [3, 4])));

        Assert.Equal(StoreErrorCodes.ModelExists, error.Code);
        Assert.Single(store.ListModels());
        AssertWhole(store);
    }

    [Fact]
    public void A_model_is_replaced_in_one_step()
    {
        using IModelStore store = CreateStore();
        Import(store, new TestModel("m").Tensor("w", TensorDtype.U8, [5000], TestModel.Noise(1, 5000)));
        TestModel next = new TestModel("m").Tensor("w", TensorDtype.U8, [5000], TestModel.Noise(2, 5000));

        Import(store, next, replace: true);

        Assert.Single(store.ListModels());
        AssertGivesBack(store, next);
        Assert.Equal(5000, store.GetStatistics().BytesReclaimable);
        AssertWhole(store);
    }

    [Fact]
    public void Removing_a_model_leaves_what_others_use()
    {
        using IModelStore store = CreateStore();
        byte[] shared = TestModel.Noise(1, 20_000);
        byte[] half = [.. shared[..12_000], .. TestModel.Noise(9, 8000)];
        TestModel a = new TestModel("a").Tensor("w", TensorDtype.F32, [5, 1000], shared);
        TestModel b = new TestModel("b").Literal([1]).Tensor("w", TensorDtype.F32, [5, 1000], shared);
        TestModel c = new TestModel("c").Tensor("w", TensorDtype.F32, [5, 1000], half);
        TestModel twin = new TestModel("a twin").BeginFile("a.bin").Tensor("w", TensorDtype.F32, [5, 1000], shared);
        foreach (TestModel model in (TestModel[])[a, b, c, twin])
        {
            Import(store, model);
        }

        RemovalSummary removedA = store.RemoveModel(store.FindModel("a")!.ModelId);
        RemovalSummary removedB = store.RemoveModel(store.FindModel("b")!.ModelId);
        AssertGivesBack(store, c);
        AssertGivesBack(store, twin);
        AssertWhole(store);

        RemovalSummary removedTwin = store.RemoveModel(store.FindModel("a twin")!.ModelId);
        AssertGivesBack(store, c);
        AssertWhole(store);

        Assert.Equal(new RemovalSummary(1, 0, 0), removedA);
        Assert.Equal(new RemovalSummary(1, 0, 0), removedB);
        Assert.Equal(new RemovalSummary(1, 2, 8000), removedTwin);
        Assert.Equal((20_000L, 8000L), (store.GetStatistics().BytesStored, store.GetStatistics().BytesReclaimable));
        Assert.Equal(StoreErrorCodes.ModelNotFound, Assert.Throws<StoreException>(() => store.RemoveModel(removedA.Tensors + 1000)).Code);
    }

    [Fact]
    public void What_was_removed_comes_back_without_being_written_again()
    {
        using IModelStore store = CreateStore();
        TestModel model = new TestModel("m").Tensor("w", TensorDtype.F32, [5, 1000], TestModel.Noise(1, 20_000));
        Import(store, model);
        store.RemoveModel(store.FindModel("m")!.ModelId);

        ImportResult again = Import(store, model);

        Assert.Equal((0L, 5L), (again.NewAtoms, again.ReusedAtoms));
        AssertGivesBack(store, model);
        AssertWhole(store);
    }

    [Fact]
    public void What_nothing_uses_goes_and_what_is_used_stays()
    {
        using IModelStore store = CreateStore();
        byte[] shared = TestModel.Noise(1, 20_000);
        TestModel stays = new TestModel("stays").Tensor("w", TensorDtype.F32, [5, 1000], shared);
        TestModel goes = new TestModel("goes").Literal(TestModel.Noise(2, 9000)).Tensor("w", TensorDtype.F32, [5, 1000], shared)
            .Tensor("own", TensorDtype.F32, [5, 1000], TestModel.Noise(3, 20_000));
        Import(store, stays);
        Import(store, goes);
        store.RemoveModel(store.FindModel("goes")!.ModelId);

        OptimizeReport plan = store.Optimize(new OptimizeOptions { DryRun = true }, null, default);
        OptimizeReport report = store.Optimize(new OptimizeOptions(), null, default);

        // Five blocks of the tensor, and three pieces of the literal bytes.
        Assert.Equal((8L, 29_000L), (plan.ReclaimedAtoms, plan.ReclaimedBytes));
        Assert.Equal((8L, 29_000L, 0L), (report.ReclaimedAtoms, report.ReclaimedBytes, report.HeldAtoms));
        Assert.Equal((20_000L, 0L), (store.GetStatistics().BytesStored, store.GetStatistics().BytesReclaimable));
        AssertGivesBack(store, stays);
        Import(store, goes);
        AssertGivesBack(store, goes);
        AssertWhole(store);
    }

    [Fact]
    public void The_figures_add_up_and_say_which_level_saved_what()
    {
        using IModelStore store = CreateStore();
        byte[] w = TestModel.Noise(1, 40_000);
        byte[] tuned = [.. w[..36_000], .. TestModel.Noise(2, 4000)];
        Import(store, new TestModel("base").Literal([1, 2]).Tensor("w", TensorDtype.F32, [10, 1000], w));
        Import(store, new TestModel("copy").BeginFile("base.bin").Literal([1, 2]).Tensor("w", TensorDtype.F32, [10, 1000], w));
        Import(store, new TestModel("same tensor").Literal([3]).Tensor("w", TensorDtype.F32, [10, 1000], w));
        Import(store, new TestModel("tuned").Literal([4]).Tensor("w", TensorDtype.F32, [10, 1000], tuned));

        StoreStatistics figures = store.GetStatistics();

        Assert.Equal(40_002 + 40_002 + 40_001 + 40_001, figures.BytesImported);
        Assert.Equal(40_002, figures.SavedByFile);
        Assert.Equal(40_000, figures.SavedByTensor);
        Assert.Equal(36_000, figures.SavedByBlock);
        Assert.Equal(44_000 + 2 + 1 + 1, figures.BytesStored);
        Assert.Equal(figures.BytesImported, figures.BytesStored + figures.SavedByFile + figures.SavedByTensor + figures.SavedByBlock);
        Assert.Equal((4, 4, 11 + 2), (figures.Models, figures.Tensors, figures.Atoms));
        Assert.True(figures.BytesOnDisk >= figures.BytesStored);
    }

    [Fact]
    public void Tensors_that_lie_in_no_file_in_one_run_are_kept_beside_it()
    {
        using IModelStore store = CreateStore();
        byte[] w = TestModel.Noise(1, 8000);
        TestModel model = new TestModel("m")
            .Tensor("whole", TensorDtype.F32, [2, 1000], w)
            .Tensor("elsewhere", TensorDtype.F32, [1, 1000], TestModel.Noise(2, 4000), contiguous: false);

        Import(store, model);

        StoreStatistics figures = store.GetStatistics();
        Assert.Equal((12_000, 4000), (figures.BytesImported, figures.BytesBeside));
        Assert.Equal(figures.BytesImported + figures.BytesBeside, figures.BytesStored + figures.SavedByFile + figures.SavedByTensor + figures.SavedByBlock);
        Assert.Equal(TestModel.Noise(2, 4000), ReadAtom(store, ContentHash.Of(TestModel.Noise(2, 4000))));
        AssertGivesBack(store, model);
        AssertWhole(store);
    }

    [Fact]
    public void The_figures_add_up_while_a_job_is_at_work()
    {
        using IModelStore store = CreateStore();
        byte[] content = TestModel.Noise(3, 1000);
        using IIngestSession session = store.BeginIngest(Request("m"));
        session.WritePayload(ContentHash.Of(content), content);
        session.AddTensor(0, new IngestedTensor(ContentHash.Of(content), 1000, []));
        session.Commit(1000);

        StoreStatistics figures = store.GetStatistics();

        Assert.Equal((0L, 1000L, 1000L, 0L), (figures.BytesImported, figures.BytesBeside, figures.BytesStored, figures.SavedByBlock));
        AssertWhole(store);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_sequence_of_imports_and_removals_leaves_a_store_that_gives_everything_back(int seed)
    {
        Random random = new(seed);
        using IModelStore store = CreateStore();
        Dictionary<string, TestModel> models = [];
        byte[][] pool = [.. Enumerable.Range(0, 6).Select(i => TestModel.Noise((seed * 100) + i, 1000 * random.Next(1, 12)))];
        for (int step = 0; step < 25; step++)
        {
            if (models.Count > 3 && random.Next(3) == 0)
            {
                string gone = models.Keys.ElementAt(random.Next(models.Count));
                store.RemoveModel(store.FindModel(gone)!.ModelId);
                models.Remove(gone);
                continue;
            }

            TestModel model = new($"model {step}");
            for (int tensor = random.Next(0, 5); tensor >= 0; tensor--)
            {
                byte[] content = [.. pool[random.Next(pool.Length)]];
                if (random.Next(2) == 0)
                {
                    content[random.Next(content.Length)] ^= 1;
                }

                model.Literal(TestModel.Noise(random.Next(3), random.Next(3) == 0 ? 9000 : random.Next(40)));
                model.Tensor($"t{tensor}", TensorDtype.U8, [content.Length / 1000, 1000], content, random.Next(2) == 0 ? ByteOrder.Big : ByteOrder.Little);
            }

            Import(store, model);
            models.Add(model.Name, model);
        }

        foreach (TestModel model in models.Values)
        {
            AssertGivesBack(store, model);
        }

        StoreStatistics figures = store.GetStatistics();
        Assert.Equal(models.Values.Sum(model => model.Files.Sum(file => (long)file.Bytes.Length)), figures.BytesImported);
        Assert.Equal(figures.BytesImported, figures.BytesStored + figures.SavedByFile + figures.SavedByTensor + figures.SavedByBlock);
        AssertWhole(store);
    }

    [Fact]
    public void Writers_at_the_same_time_lose_nothing()
    {
        using IModelStore store = CreateStore();
        byte[] shared = TestModel.Noise(1, 60_000);
        TestModel[] models = [.. Enumerable.Range(0, 12).Select(i => new TestModel($"model {i}")
            .Literal([(byte)i])
            .Tensor("shared", TensorDtype.F32, [15, 1000], shared)
            .Tensor("half", TensorDtype.F32, [10, 1000], [.. shared[..20_000], .. TestModel.Noise(100 + (i % 3), 20_000)])
            .Tensor("own", TensorDtype.F32, [5, 1000], TestModel.Noise(200 + i, 20_000)))];

        Parallel.ForEach(models, new ParallelOptions { MaxDegreeOfParallelism = 6 }, model =>
        {
            using IModelStore own = Reopen(store);
            Import(own, model);
        });

        foreach (TestModel model in models)
        {
            AssertGivesBack(store, model);
        }

        Assert.Equal(60_000 + (3 * 20_000) + (12 * 20_000) + 12, store.GetStatistics().BytesStored);
        AssertWhole(store);
    }

    private protected static ImportResult Import(
        IModelStore store, TestModel model, bool replace = false, Granularity granularity = Granularity.Block)
    {
        using ModelSource source = model.Open();
        return new ModelImporter(store).Import(
            source, new ImportOptions
            {
                Replace = replace,
                Granularity = granularity,
                BlockBytes = BlockBytes,
                CommitBytes = 10_000,
                CommitAtoms = 4,
            });
    }

    protected static void AssertWhole(IModelStore store) => Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);

    private protected static void AssertGivesBack(IModelStore store, TestModel model)
    {
        using TempFolder folder = new();
        string output = folder.File(model.Files.Count == 1 ? "out.bin" : "out/x")[..^(model.Files.Count == 1 ? 0 : 2)];
        ExportResult result = new ModelExporter(store).Export(model.Name, output, overwrite: true);
        Assert.Equal(model.Files.Count, result.Files.Count);
        foreach (((string _, byte[] bytes), ExportedFile file) in model.Files.Zip(result.Files))
        {
            Assert.Equal(bytes, File.ReadAllBytes(file.Path));
            Assert.Equal(new ContentHash(SHA256.HashData(bytes)), file.Sha256);
        }
    }

    private static byte[] ReadAtom(IModelStore store, ContentHash hash)
    {
        using ByteSource atom = store.OpenAtom(hash);
        byte[] bytes = new byte[atom.Length];
        atom.ReadExactly(0, bytes);
        return bytes;
    }

    private static bool[] FindStored(IIngestSession session, params ContentHash[] hashes)
    {
        bool[] stored = new bool[hashes.Length];
        session.FindStored(hashes, stored);
        return stored;
    }

    private static IngestRequest Request(string name, int seed = 0) =>
        new(name, $"/models/{name}", ContentHash.Of([(byte)seed]), BlockBytes, 10, 100_000);
}
