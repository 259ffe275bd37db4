using Hartonomous.Core.Atoms;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>What is found of damage behind the server's back, and what becomes of it.</summary>
[RequiresSqlServer]
public sealed class SqlServerRepairTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int BlockBytes = 4096;

    private static readonly TestModel First = new TestModel("first")
        .Literal([1, 2, 3]).Tensor("w", TensorDtype.U8, [8, BlockBytes], TestModel.Noise(1, 8 * BlockBytes));

    private static readonly TestModel Second = new TestModel("second")
        .Tensor("own", TensorDtype.U8, [1, BlockBytes], TestModel.Noise(2, BlockBytes))
        .Tensor("shared", TensorDtype.U8, [8, BlockBytes], TestModel.Noise(1, 8 * BlockBytes));

    private static readonly byte[] Block = TestModel.Noise(1, 8 * BlockBytes)[(3 * BlockBytes)..(4 * BlockBytes)];

    private readonly TestServer _server = fixture.TakeEmpty();

    [Fact]
    public void A_store_in_order_is_left_as_it_is()
    {
        using SqlServerStore store = Make();

        RepairReport report = store.Repair();

        Assert.Equal((true, 0L, 0L), (report.Ok, report.RestoredPayloads, report.CorrectedCounts));
        Assert.Equal(9, report.Frames);
        AssertWhole(store, First, Second);
    }

    [Fact]
    public void A_changed_payload_is_found_does_not_leave_the_store_and_is_healed_by_the_next_import()
    {
        using SqlServerStore store = Make();
        _server.Execute($"UPDATE dbo.AtomPayloads SET Content = CAST(REPLICATE('x', {BlockBytes}) AS varbinary(max)) WHERE Hash = 0x{ContentHash.Of(Block)}");
        VerifyReport verified = new StoreVerifier(store).Verify(full: true);
        Assert.Contains(verified.Findings, found => found.Code == VerifyFindingCodes.AtomContent && found.Object == ContentHash.Of(Block).ToString());
        AssertRefused(store);

        RepairReport planned = store.Repair(dryRun: true);
        RepairReport repaired = store.Repair();

        Assert.Equal((true, false, false, false), (planned.DryRun, planned.Ok, repaired.DryRun, repaired.Ok));
        foreach (RepairReport report in (RepairReport[])[planned, repaired])
        {
            LostContent lost = Assert.Single(report.LostContents);
            Assert.Equal((ContentHash.Of(Block), (long)BlockBytes), (lost.Hash, lost.SizeBytes));
            Assert.Equal(["first", "second"], lost.Models);
            Assert.Equal(["first: w", "second: shared"], lost.Tensors);
        }

        AssertRefused(store);
        ImportResult healed = Import(store, First);
        Assert.Equal((ImportStatus.Complete, 1L, (long)BlockBytes), (healed.Status, healed.NewAtoms, healed.NewBytes));
        Assert.Equal(ImportStatus.Unchanged, Import(store, First).Status);
        AssertWhole(store, First, Second);
        Assert.True(store.Repair().Ok);
    }

    [Fact]
    public void A_payload_that_is_gone_is_healed_by_the_import_of_a_model_that_lost_nothing_itself()
    {
        using SqlServerStore store = Make();
        _server.Execute($"UPDATE dbo.Atoms SET PayloadId = NULL WHERE Hash = 0x{ContentHash.Of(Block)}");
        _server.Execute($"DELETE FROM dbo.AtomPayloads WHERE Hash = 0x{ContentHash.Of(Block)}");
        Assert.Contains(new StoreVerifier(store).Verify(full: false).Findings, found => found.Code == VerifyFindingCodes.AtomPayloadMissing);

        Import(store, new TestModel("third").Tensor("block", TensorDtype.U8, [1, BlockBytes], Block));

        AssertWhole(store, First, Second);
    }

    [Fact]
    public void An_atom_that_is_led_to_no_payload_or_to_a_wrong_one_is_led_to_its_own_again()
    {
        using SqlServerStore store = Make();
        _server.Execute($"UPDATE dbo.Atoms SET PayloadId = NULL WHERE Hash = 0x{ContentHash.Of(Block)}");
        _server.Execute($"UPDATE dbo.Atoms SET PayloadId = PayloadId + 1000000 WHERE Hash = 0x{ContentHash.Of(TestModel.Noise(2, BlockBytes))}");

        Assert.Equal(2, store.Repair(dryRun: true).RestoredPayloads);
        Assert.Equal((2L, true), (store.Repair() is { } report ? report.RestoredPayloads : 0, store.Repair().Ok));

        AssertWhole(store, First, Second);
    }

    [Fact]
    public void Wrong_counts_are_counted_anew()
    {
        using SqlServerStore store = Make();
        _server.Execute($"UPDATE dbo.Atoms SET ReferenceCount = 0 WHERE Hash = 0x{ContentHash.Of(Block)}");
        _server.Execute("UPDATE dbo.Recipes SET ReferenceCount = ReferenceCount + 1");
        _server.Execute("UPDATE dbo.Tenants SET AtomCount = 1, ByteCount = 77");
        string[] codes = [VerifyFindingCodes.AtomReferenceCount, VerifyFindingCodes.RecipeReferenceCount, VerifyFindingCodes.TenantTotals];
        Assert.Equal(codes, new StoreVerifier(store).Verify(full: false).Findings.Select(found => found.Code).Distinct());

        Assert.Equal(4, store.Repair(dryRun: true).CorrectedCounts);
        Assert.Equal(4, store.Repair().CorrectedCounts);

        AssertWhole(store, First, Second);
        Assert.Equal(0, store.Repair().CorrectedCounts);
    }

    [Fact]
    public void An_interrupted_verification_goes_on_where_it_was()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        TestModel model = new("m");
        for (int i = 0; i < 20; i++)
        {
            model.Tensor($"t{i}", TensorDtype.U8, [20, 1024], TestModel.Noise(i, 20 * 1024));
        }

        using (ModelSource source = model.Open())
        {
            new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = 1024 });
        }

        StoreVerifier verifier = new(store);
        IReadOnlyDictionary<string, long> whole = verifier.Verify(full: true).Checked;
        using CancellationTokenSource stop = new();
        long bytes = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => verifier.Verify(
            new VerifyOptions { Full = true, Resume = true }, new Progress(value => StopAt(bytes = value.BytesDone, stop)), stop.Token));
        long first = -1;
        VerifyReport last = verifier.Verify(
            new VerifyOptions { Full = true, Resume = true }, new Progress(value => first = first < 0 ? value.BytesDone : first));

        Assert.Equal((true, true, true), (last.Ok, last.Complete, last.Resumed));
        Assert.InRange(first, 200_000, long.MaxValue);
        Assert.Equal(whole.OrderBy(pair => pair.Key), last.Checked.OrderBy(pair => pair.Key));
        Assert.False(verifier.Verify(new VerifyOptions { Full = true, Resume = true }).Resumed);
    }

    private static void StopAt(long done, CancellationTokenSource stop)
    {
        if (done >= 250_000)
        {
            stop.Cancel();
        }
    }

    private static ImportResult Import(SqlServerStore store, TestModel model)
    {
        using ModelSource source = model.Open();
        return new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = BlockBytes });
    }

    private static void AssertRefused(SqlServerStore store)
    {
        using TempFolder folder = new();
        Assert.Equal(StoreErrorCodes.StoreCorrupt, Assert.Throws<StoreException>(() => new ModelExporter(store).Export("first", folder.Root)).Code);
        Assert.Empty(Directory.GetFiles(folder.Root));
    }

    private static void AssertWhole(SqlServerStore store, params TestModel[] models)
    {
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
        using TempFolder folder = new();
        foreach (TestModel model in models)
        {
            string path = folder.File(model.Name + ".bin");
            new ModelExporter(store).Export(model.Name, path);
            Assert.Equal(model.Files[0].Bytes, File.ReadAllBytes(path));
        }
    }

    private SqlServerStore Make()
    {
        SqlServerStore store = SqlServerStore.Open(_server.Options);
        Import(store, First);
        Import(store, Second);
        return store;
    }

    private sealed class Progress(Action<OperationProgress> report) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => report(value);
    }
}
