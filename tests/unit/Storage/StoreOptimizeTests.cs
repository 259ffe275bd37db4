using Dapper;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Storage;

/// <summary>Space that comes back, what stays meanwhile, and what an interrupted run leaves.</summary>
public sealed class StoreOptimizeTests(ITestOutputHelper output) : IDisposable
{
    private const int BlockBytes = 64 * 1024;
    private const int FrameHeader = 80;

    private readonly TempFolder _folder = new();

    private string Root => _folder.File("store/x")[..^2];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_model_of_a_family_can_go_and_the_space_comes_back(int gone)
    {
        TestModel[] family = Family();
        TestModel[] rest = [.. family.Where((_, i) => i != gone)];
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        foreach (TestModel model in family)
        {
            Import(store, model);
        }

        store.RemoveModel(store.FindModel(family[gone].Name)!.ModelId);
        OptimizeReport report = store.Optimize(new OptimizeOptions(), null, default);

        foreach (TestModel model in rest)
        {
            AssertGivesBack(store, model);
        }

        AssertWhole(store);
        Assert.Equal(0, store.GetStatistics().BytesReclaimable);
        using EmbeddedStore fresh = EmbeddedStore.OpenOrCreate(_folder.File("fresh/x")[..^2]);
        foreach (TestModel model in rest)
        {
            Import(fresh, model);
        }

        fresh.Optimize(new OptimizeOptions { Rebuild = true }, null, default);
        long expected = fresh.GetStatistics().BytesOnDisk;
        long actual = store.GetStatistics().BytesOnDisk;
        string share = $"{100.0 * (actual - expected) / expected:F2} % more";
        output.WriteLine($"{family[gone].Name} removed: {report.BytesBefore:N0} bytes before, {actual:N0} after, {expected:N0} in a fresh store ({share})");
        Assert.Equal(actual, report.BytesAfter);
        Assert.InRange(actual, 0, expected * 102 / 100);
        Assert.True(report.Complete && report.ReclaimedAtoms > 0 && report.CompactedPacks == 1);
    }

    [Fact]
    public void A_dry_run_says_what_would_come_back_and_changes_nothing()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        Import(store, Single("stays", 1, 40));
        Import(store, Single("goes", 2, 10));
        store.RemoveModel(store.FindModel("goes")!.ModelId);
        Dictionary<string, byte[]> before = Packs();

        OptimizeReport plan = store.Optimize(new OptimizeOptions { DryRun = true }, null, default);

        Assert.Equal((true, 10L, 10L * BlockBytes, 1L), (plan.DryRun, plan.ReclaimedAtoms, plan.ReclaimedBytes, plan.CompactedPacks));
        Assert.Equal(40L * (BlockBytes + FrameHeader), plan.MovedBytes);
        Assert.Equal(10L * (BlockBytes + FrameHeader), plan.BytesBefore - plan.BytesAfter);
        Assert.Equal(before, Packs());
        Assert.Equal(10L * BlockBytes, store.GetStatistics().BytesReclaimable);

        OptimizeReport done = store.Optimize(new OptimizeOptions(), null, default);
        Assert.Equal((10L, 10L * BlockBytes), (done.ReclaimedAtoms, done.ReclaimedBytes));
        Assert.Equal((1L, 40L * (BlockBytes + FrameHeader)), (done.CompactedPacks, done.MovedBytes));
        OptimizeReport again = store.Optimize(new OptimizeOptions(), null, default);
        Assert.Equal((0L, 0L, 0L), (again.ReclaimedAtoms, again.CompactedPacks, again.MovedBytes));
    }

    [Fact]
    public void What_an_importer_has_found_stored_stays_until_it_ends()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        byte[] content = TestModel.Noise(7, BlockBytes);
        ContentHash hash = ContentHash.Of(content);
        Import(store, new TestModel("m").Tensor("w", TensorDtype.U8, [BlockBytes], content));
        using (IIngestSession session = store.BeginIngest(Request("other")))
        {
            Assert.True(IsStored(session, hash));
            using EmbeddedStore elsewhere = EmbeddedStore.Open(Root);
            elsewhere.RemoveModel(elsewhere.FindModel("m")!.ModelId);
            OptimizeReport held = elsewhere.Optimize(new OptimizeOptions(), null, default);
            Assert.Equal((0L, 1L, (long)BlockBytes), (held.ReclaimedAtoms, held.HeldAtoms, held.HeldBytes));

            session.AddTensor(0, new IngestedTensor(hash, BlockBytes, []));
            session.Commit(0);
        }

        OptimizeReport report = store.Optimize(new OptimizeOptions(), null, default);
        Assert.Equal((0L, 0L), (report.ReclaimedAtoms, report.HeldAtoms));
        using ByteSource atom = store.OpenAtom(hash);
        byte[] bytes = new byte[BlockBytes];
        atom.ReadExactly(0, bytes);
        Assert.Equal(content, bytes);
        AssertWhole(store);
    }

    [Fact]
    public void What_is_about_to_go_counts_as_missing_and_stays_when_it_is_written_again()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        byte[] content = TestModel.Noise(7, BlockBytes);
        ContentHash hash = ContentHash.Of(content);
        Import(store, new TestModel("m").Tensor("w", TensorDtype.U8, [BlockBytes], content));
        IIngestSession old = store.BeginIngest(Request("old"));
        store.RemoveModel(store.FindModel("m")!.ModelId);
        store.Optimize(new OptimizeOptions(), null, default);
        using IIngestSession session = store.BeginIngest(Request("new"));
        Assert.False(IsStored(session, hash));
        Assert.False(IsStored(old, hash));

        session.WritePayload(hash, content);
        session.Commit(0);
        old.Dispose();
        Assert.True(IsStored(session, hash));
        Assert.Equal((0L, 1L), (Optimize(store).ReclaimedAtoms, Optimize(store).HeldAtoms));
        session.AddTensor(0, new IngestedTensor(hash, BlockBytes, []));
        session.Commit(0);

        Assert.Equal((0L, 0L), (Optimize(store).ReclaimedAtoms, Optimize(store).HeldAtoms));
        AssertWhole(store);
    }

    [Fact]
    public void What_nobody_took_up_goes_when_the_session_that_wrote_it_has_ended()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        byte[] content = TestModel.Noise(7, BlockBytes);
        using (IIngestSession session = store.BeginIngest(Request("m")))
        {
            session.WritePayload(ContentHash.Of(content), content);
            session.Commit(0);
            Assert.Equal((0L, 1L), (Optimize(store).ReclaimedAtoms, Optimize(store).HeldAtoms));
        }

        Assert.Equal(1, Optimize(store).ReclaimedAtoms);
        Assert.Empty(Packs());
        AssertWhole(store);
    }

    [Fact]
    public void A_reader_finds_what_a_compaction_moved()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        TestModel stays = Single("stays", 1, 20);
        Import(store, Single("goes", 2, 20));
        Import(store, stays);
        byte[] content = stays.Files[0].Bytes;
        using EmbeddedStore reader = EmbeddedStore.Open(Root);
        using ByteSource atom = reader.OpenAtom(ContentHash.Of(content));
        using ByteSource gone = reader.OpenAtom(ContentHash.Of(Single("goes", 2, 20).Files[0].Bytes));

        store.RemoveModel(store.FindModel("goes")!.ModelId);
        Assert.Equal(1, Optimize(store).CompactedPacks);

        byte[] bytes = new byte[content.Length];
        atom.ReadExactly(0, bytes);
        Assert.Equal(content, bytes);
        Assert.Equal(StoreErrorCodes.ContentRemoved, Assert.Throws<StoreException>(() => gone.ReadExactly(0, new byte[1])).Code);
    }

    [Fact]
    public void A_run_without_time_loses_nothing_and_the_next_one_goes_on()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        Import(store, Single("stays", 1, 20));
        Import(store, Single("goes", 2, 20));
        store.RemoveModel(store.FindModel("goes")!.ModelId);

        OptimizeReport none = store.Optimize(new OptimizeOptions { TimeLimit = TimeSpan.Zero }, null, default);
        Assert.Equal((false, 0L, 0L), (none.Complete, none.ReclaimedAtoms, none.CompactedPacks));
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => store.Optimize(new OptimizeOptions(), null, cancelled.Token));
        AssertWhole(store);

        OptimizeReport report = Optimize(store);
        Assert.Equal((true, 20L), (report.Complete, report.ReclaimedAtoms));
        AssertGivesBack(store, Single("stays", 1, 20));
    }

    [Fact]
    public void What_killed_runs_and_writers_left_is_cleared_away()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        Import(store, Single("stays", 1, 4));
        string packs = Path.Combine(Root, "packs");
        Execute("INSERT INTO Packs (PackId, CommittedBytes, IsSealed) VALUES (7, 0, 1), (8, 0, 1), (9, 0, 0)");
        File.WriteAllBytes(Path.Combine(packs, "00000007.hpk"), TestModel.Noise(1, 5000));
        File.AppendAllBytes(Path.Combine(packs, "00000001.hpk"), TestModel.Noise(1, 5000));
        File.WriteAllBytes(Path.Combine(packs, "00000009.hpk"), TestModel.Noise(1, 5000));

        long before = SizeOf(packs);
        Optimize(store);
        Assert.Equal(15_000, before - SizeOf(packs));

        Assert.False(File.Exists(Path.Combine(packs, "00000007.hpk")));
        Assert.Equal([1L, 9L], Query("SELECT PackId FROM Packs"));
        AssertWhole(store);
    }

    [Fact]
    public void A_damaged_frame_in_use_is_not_moved_and_stays_known()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        Import(store, Single("stays", 1, 4));
        Import(store, Single("goes", 2, 4));
        store.RemoveModel(store.FindModel("goes")!.ModelId);
        string pack = Path.Combine(Root, "packs", "00000001.hpk");
        byte[] bytes = File.ReadAllBytes(pack);
        byte[] damaged = TestModel.Noise(1, 4 * BlockBytes)[..BlockBytes];
        bytes[bytes.AsSpan().IndexOf(damaged) + 9] ^= 1;
        File.WriteAllBytes(pack, bytes);

        OptimizeReport report = Optimize(store);

        Assert.Equal((0L, 1L, 3L * (BlockBytes + FrameHeader)), (report.CompactedPacks, report.SkippedPacks, report.MovedBytes));
        VerifyFinding[] findings = [.. new StoreVerifier(store).Verify(full: true).Findings];
        Assert.Contains(findings, finding => finding.Code == VerifyFindingCodes.AtomContent && finding.Object == ContentHash.Of(damaged).ToString());
    }

    [Fact]
    public void Two_runs_at_once_do_not_meet()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        using FileStream held = new(Path.Combine(Root, "locks", "optimize.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.Equal(StoreErrorCodes.StoreBusy, Assert.Throws<StoreException>(() => Optimize(store)).Code);
    }

    [Fact]
    public void A_twin_that_is_removed_while_its_copy_is_imported_is_read_from_the_source()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        byte[] shared = TestModel.Noise(1, 8 * BlockBytes);
        Import(store, new TestModel("first").BeginFile("a.bin").Tensor("w", TensorDtype.U8, [8, BlockBytes], shared));
        TestModel second = new TestModel("second").BeginFile("a.bin").Tensor("w", TensorDtype.U8, [8, BlockBytes], shared)
            .BeginFile("b.bin").Tensor("v", TensorDtype.U8, [8, BlockBytes], TestModel.Noise(2, 8 * BlockBytes));

        // The first report comes of the twin's hashing, the later ones of the second file: the removal falls behind the finding of the twin.
        long removed = 0;
        using ModelSource source = second.Open();
        Progress progress = new(value =>
        {
            if (value.BytesDone > 8 * BlockBytes && removed == 0)
            {
                removed = store.RemoveModel(store.FindModel("first")!.ModelId).Tensors;
                store.Optimize(new OptimizeOptions(), null, default);
            }
        });
        new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = BlockBytes }, progress);

        Assert.Equal(1, removed);
        AssertGivesBack(store, second);
        AssertWhole(store);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Imports_removals_exports_and_optimizations_at_once_lose_nothing(int seed)
    {
        const int steps = 12;
        const int workers = 3;
        byte[][] pool = [.. Enumerable.Range(0, 5).Select(i => TestModel.Noise((seed * 100) + i, 6 * 4096))];
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        int working = workers;
        long reclaimed = 0;
        List<Action> actions = [];
        for (int worker = 0; worker < workers; worker++)
        {
            int number = worker;
            actions.Add(() =>
            {
                try
                {
                    Churn(new Random((seed * 10) + number), $"worker {number}", pool, steps);
                }
                finally
                {
                    Interlocked.Decrement(ref working);
                }
            });
        }

        actions.Add(() =>
        {
            using EmbeddedStore own = EmbeddedStore.Open(Root);
            while (Volatile.Read(ref working) > 0)
            {
                AssertWhole(own);
            }
        });
        actions.Add(() =>
        {
            using EmbeddedStore own = EmbeddedStore.Open(Root);
            while (Volatile.Read(ref working) > 0)
            {
                reclaimed += own.Optimize(new OptimizeOptions { MaxWaste = 0 }, null, default).ReclaimedAtoms;
            }
        });
        await Task.WhenAll(actions.Select(action => Task.Factory.StartNew(
            action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        AssertWhole(store);
        output.WriteLine($"{reclaimed} atoms reclaimed beside {workers} importers");
        foreach (StoredModel model in store.ListModels())
        {
            store.RemoveModel(model.ModelId);
        }

        Assert.True(reclaimed + Optimize(store).ReclaimedAtoms > 0);
        Assert.Empty(Packs());
        Assert.Equal([0L], Query("SELECT count(*) FROM Atoms"));
        AssertWhole(store);
    }

    /// <summary>Imports models that share contents with everybody's, gives some of them back, removes them.</summary>
    private void Churn(Random random, string name, byte[][] pool, int steps)
    {
        using EmbeddedStore own = EmbeddedStore.Open(Root);
        List<TestModel> mine = [];
        for (int step = 0; step < steps; step++)
        {
            TestModel model = new($"{name}, {step}");
            for (int tensor = 0; tensor < 3; tensor++)
            {
                byte[] content = [.. pool[random.Next(pool.Length)]];
                content[0] ^= (byte)random.Next(2);
                model.Literal(TestModel.Noise(random.Next(2), 9000)).Tensor($"t{tensor}", TensorDtype.U8, [6, 4096], content);
            }

            using (ModelSource source = model.Open())
            {
                new ModelImporter(own).Import(source, new ImportOptions { BlockBytes = 4096, CommitBytes = 10_000, CommitAtoms = 3 });
            }

            mine.Add(model);
            AssertGivesBack(own, mine[random.Next(mine.Count)]);
            if (mine.Count > 2)
            {
                own.RemoveModel(own.FindModel(mine[0].Name)!.ModelId);
                mine.RemoveAt(0);
            }
        }

        foreach (TestModel model in mine)
        {
            AssertGivesBack(own, model);
        }
    }

    /// <summary>A base, a fine-tune that shares half of it, and a model of its own that shares a tensor.</summary>
    private static TestModel[] Family()
    {
        byte[] weights = TestModel.Noise(1, 128 * BlockBytes);
        byte[] embedding = TestModel.Noise(2, 32 * BlockBytes);
        byte[] tuned = [.. weights[..(64 * BlockBytes)], .. TestModel.Noise(3, 64 * BlockBytes)];
        return
        [
            Add("base", weights),
            Add("tuned", tuned),
            Add("other", TestModel.Noise(4, 40 * BlockBytes)),
        ];

        TestModel Add(string name, byte[] content) => new TestModel(name)
            .Literal([(byte)name.Length, (byte)name[0]])
            .Tensor("e", TensorDtype.U8, [32, BlockBytes], embedding)
            .Tensor("w", TensorDtype.U8, [content.Length / BlockBytes, BlockBytes], content);
    }

    private static TestModel Single(string name, int seed, int blocks) =>
        new TestModel(name).Tensor("w", TensorDtype.U8, [blocks, BlockBytes], TestModel.Noise(seed, blocks * BlockBytes));

    private static OptimizeReport Optimize(EmbeddedStore store) => store.Optimize(new OptimizeOptions(), null, default);

    private static void Import(EmbeddedStore store, TestModel model)
    {
        using ModelSource source = model.Open();
        new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = BlockBytes });
    }

    private static bool IsStored(IIngestSession session, ContentHash hash)
    {
        bool[] stored = new bool[1];
        session.FindStored([hash], stored);
        return stored[0];
    }

    private static IngestRequest Request(string name) => new(name, $"/models/{name}", ContentHash.Of([1]), BlockBytes, 1, BlockBytes);

    private static void AssertWhole(EmbeddedStore store) => Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);

    private static void AssertGivesBack(EmbeddedStore store, TestModel model)
    {
        using TempFolder folder = new();
        new ModelExporter(store).Export(model.Name, folder.Root);
        Assert.All(model.Files, file => Assert.Equal(file.Bytes, File.ReadAllBytes(Path.Combine(folder.Root, file.Path))));
    }

    private static long SizeOf(string folder) => Directory.GetFiles(folder).Sum(file => new FileInfo(file).Length);

    private Dictionary<string, byte[]> Packs() =>
        Directory.GetFiles(Path.Combine(Root, "packs")).Where(file => new FileInfo(file).Length > 0).ToDictionary(file => file, File.ReadAllBytes);

    private void Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(Root, "hart.db")};Pooling=False");
        connection.Execute(sql);
    }

    private List<long> Query(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(Root, "hart.db")};Pooling=False");
        return connection.Query<long>(sql).AsList();
    }

    private sealed class Progress(Action<OperationProgress> report) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => report(value);
    }
}
