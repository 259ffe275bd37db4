using Dapper;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Hartonomous.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace Hartonomous.Tests.Storage;

/// <summary>Damaged stores, what a repair makes of them, and how the rest heals.</summary>
public sealed class StoreRepairTests(ITestOutputHelper output) : IDisposable
{
    private const int BlockBytes = 4096;

    private static readonly TestModel First = new TestModel("first")
        .Literal([7]).Tensor("w", TensorDtype.U8, [8, BlockBytes], TestModel.Noise(1, 8 * BlockBytes)).Literal(TestModel.Noise(5, 6000));

    private static readonly TestModel Second = new TestModel("second")
        .Tensor("shared", TensorDtype.U8, [8, BlockBytes], TestModel.Noise(1, 8 * BlockBytes))
        .Tensor("own", TensorDtype.U8, [2, BlockBytes], TestModel.Noise(2, 2 * BlockBytes));

    private readonly TempFolder _folder = new();

    private string Root => _folder.File("store/x")[..^2];

    private string Database => Path.Combine(Root, "hart.db");

    private string Pack => Path.Combine(Root, "packs", "00000001.hpk");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_store_in_order_is_left_as_it_is()
    {
        MakeStore();
        byte[] pack = File.ReadAllBytes(Pack);

        RepairReport report = EmbeddedStore.Repair(Root);

        Assert.True(report.Ok);
        Assert.Equal((DatabaseRepair.None, 8L + 2 + 2, 0L, 0L), (report.Database, report.Frames, report.RestoredPayloads, report.CorrectedCounts));
        Assert.Equal(pack, File.ReadAllBytes(Pack));
        AssertWhole(First, Second);
    }

    [Theory]
    [InlineData("DELETE FROM AtomPayloads", 12)]
    [InlineData("UPDATE AtomPayloads SET PackOffset = PackOffset + 8 WHERE AtomId % 2 = 0", -1)]
    [InlineData("UPDATE AtomPayloads SET StoredBytes = StoredBytes - 1 WHERE AtomId = 3", 1)]
    [InlineData("UPDATE AtomPayloads SET Codec = 9 WHERE AtomId = 3", 1)]
    public void Entries_of_the_index_that_are_lost_or_wrong_are_found_again(string damage, int restored)
    {
        MakeStore();
        Execute(damage);
        Assert.NotEmpty(Findings());
        Assert.True(EmbeddedStore.Repair(Root, dryRun: true).RestoredPayloads > 0);
        Assert.NotEmpty(Findings());

        RepairReport report = EmbeddedStore.Repair(Root);

        Assert.True(report.Ok);
        Assert.True(restored < 0 ? report.RestoredPayloads > 1 : report.RestoredPayloads == restored);
        AssertWhole(First, Second);
    }

    [Fact]
    public void Wrong_counts_are_counted_anew()
    {
        MakeStore();
        Execute("UPDATE Atoms SET ReferenceCount = 0 WHERE AtomId IN (2, 3); UPDATE Recipes SET ReferenceCount = 5");

        RepairReport report = EmbeddedStore.Repair(Root);

        Assert.Equal(4, report.CorrectedCounts);
        AssertWhole(First, Second);
    }

    [Fact]
    public void An_index_of_the_database_that_lost_an_entry_is_rebuilt()
    {
        MakeStore();
        // The index keeps what the row said for a moment: it was out of the schema when the row was set right.
        Execute("PRAGMA foreign_keys = OFF; UPDATE TensorAtoms SET AtomId = AtomId + 1000 WHERE TensorAtomId = 1");
        Execute(
            """
            PRAGMA writable_schema = ON;
            CREATE TABLE Kept AS SELECT * FROM sqlite_master WHERE name = 'IX_TensorAtoms_Atom';
            DELETE FROM sqlite_master WHERE name = 'IX_TensorAtoms_Atom';
            """);
        Execute("PRAGMA foreign_keys = OFF; UPDATE TensorAtoms SET AtomId = AtomId - 1000 WHERE TensorAtomId = 1");
        Execute("PRAGMA writable_schema = ON; INSERT INTO sqlite_master SELECT 'index', name, tbl_name, rootpage, sql FROM Kept; DROP TABLE Kept;");
        Assert.Contains(Findings(), finding => finding.Code == VerifyFindingCodes.Database);

        Assert.Equal(DatabaseRepair.Reindexed, EmbeddedStore.Repair(Root).Database);
        AssertWhole(First, Second);
    }

    [Fact]
    public void A_damaged_content_is_named_moved_aside_and_healed_by_the_next_import()
    {
        MakeStore();
        byte[] damaged = TestModel.Noise(1, 8 * BlockBytes)[(3 * BlockBytes)..(4 * BlockBytes)];
        Flip(File.ReadAllBytes(Pack).AsSpan().IndexOf(damaged) + 100);

        RepairReport report = EmbeddedStore.Repair(Root);

        LostContent lost = Assert.Single(report.LostContents);
        Assert.Equal((ContentHash.Of(damaged), (long)BlockBytes), (lost.Hash, lost.SizeBytes));
        Assert.Equal(["first", "second"], lost.Models);
        Assert.Equal(["first: w", "second: shared"], lost.Tensors);
        Assert.Equal([Pack], report.DamagedPacks);
        Assert.True(File.Exists(Path.Combine(Root, "damaged", "00000001.hpk")));
        Assert.False(File.Exists(Pack));
        string[] lostOnly = [VerifyFindingCodes.AtomPayloadMissing, VerifyFindingCodes.AtomContent, VerifyFindingCodes.RecipeContent];
        Assert.All(Findings(), finding => Assert.Contains(finding.Code, lostOnly));
        using (EmbeddedStore store = EmbeddedStore.Open(Root))
        {
            using TempFolder to = new();
            Assert.Equal(StoreErrorCodes.StoreCorrupt, Assert.Throws<StoreException>(() => new ModelExporter(store).Export("first", to.Root)).Code);
            Assert.Empty(Directory.GetFiles(to.Root));

            // The file is the same and stored already, but not whole: it is read again, and one block is written.
            ImportResult healed = Import(store, First);
            Assert.Equal((ImportStatus.Complete, 1L, (long)BlockBytes), (healed.Status, healed.NewAtoms, healed.NewBytes));
            Assert.Equal(ImportStatus.Unchanged, Import(store, First).Status);
        }

        AssertWhole(First, Second);
        Assert.True(EmbeddedStore.Repair(Root).Ok);
    }

    [Fact]
    public void A_damaged_payload_in_the_database_is_named_and_healed_by_the_next_import()
    {
        byte[] content = TestModel.Noise(7, 200);
        TestModel small = new TestModel("small").Tensor("bias", TensorDtype.U8, [200], content);
        using (EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root))
        {
            Import(store, small);
        }

        using (SqliteConnection connection = new($"Data Source={Path.Combine(Root, "hart.db")};Pooling=False"))
        {
            connection.Open();
            Assert.Equal(1, connection.Execute("UPDATE Atoms SET Content = zeroblob(200) WHERE SizeBytes = 200"));
        }

        LostContent lost = Assert.Single(EmbeddedStore.Repair(Root).LostContents);

        Assert.Equal((ContentHash.Of(content), 200L), (lost.Hash, lost.SizeBytes));
        Assert.Equal(["small: bias"], lost.Tensors);
        using (EmbeddedStore store = EmbeddedStore.Open(Root))
        {
            Assert.Equal(ImportStatus.Complete, Import(store, small).Status);
        }

        AssertWhole(small);
        Assert.True(EmbeddedStore.Repair(Root).Ok);
    }

    [Fact]
    public void A_damaged_header_costs_its_own_frame_and_no_other()
    {
        MakeStore();
        byte[] bytes = File.ReadAllBytes(Pack);
        Flip((3 * (BlockBytes + 80)) + 20);

        RepairReport report = EmbeddedStore.Repair(Root);

        Assert.Single(report.LostContents);
        Assert.Equal(bytes.Length, new FileInfo(Path.Combine(Root, "damaged", "00000001.hpk")).Length);
        using EmbeddedStore store = EmbeddedStore.Open(Root);
        Import(store, First);
        AssertWhole(First, Second);
    }

    [Fact]
    public void A_pack_that_is_gone_is_healed_by_importing_what_lay_in_it()
    {
        MakeStore();
        File.Delete(Pack);

        RepairReport report = EmbeddedStore.Repair(Root);

        Assert.Equal(12, report.LostContents.Count);
        using (EmbeddedStore store = EmbeddedStore.Open(Root))
        {
            Assert.Equal(ImportStatus.Complete, Import(store, Second).Status);
            Assert.Equal(ImportStatus.Complete, Import(store, First).Status);
        }

        AssertWhole(First, Second);
    }

    [Fact]
    public void Without_its_database_a_store_is_neither_opened_nor_begun_anew_and_its_contents_come_back()
    {
        MakeStore();
        foreach (string file in Directory.GetFiles(Root, "hart.db*"))
        {
            File.Delete(file);
        }

        Assert.Equal(StoreErrorCodes.StoreCorrupt, Assert.Throws<StoreException>(() => EmbeddedStore.Open(Root)).Code);
        Assert.Equal(StoreErrorCodes.StoreCorrupt, Assert.Throws<StoreException>(() => EmbeddedStore.OpenOrCreate(Root)).Code);
        Assert.Equal((12L, false), (EmbeddedStore.Repair(Root, dryRun: true).AddedAtoms, File.Exists(Database)));

        RepairReport report = EmbeddedStore.Repair(Root);

        Assert.Equal((DatabaseRepair.Rebuilt, 12L, 12L), (report.Database, report.AddedAtoms, report.RestoredPayloads));
        using (EmbeddedStore store = EmbeddedStore.Open(Root))
        {
            Assert.Empty(store.ListModels());
            Assert.Equal((0L, 0L), (Import(store, First).NewAtoms, Import(store, Second).NewAtoms));
        }

        AssertWhole(First, Second);
    }

    [Fact]
    public void A_database_is_not_replaced_while_someone_has_the_store_open()
    {
        MakeStore();
        using EmbeddedStore open = EmbeddedStore.Open(Root);
        using (FileStream file = new(Database, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(100);
        }

        Assert.Equal(StoreErrorCodes.StoreBusy, Assert.Throws<StoreException>(() => EmbeddedStore.Repair(Root)).Code);
    }

    [Fact]
    public void Any_page_of_the_database_may_be_lost()
    {
        MakeStore();
        byte[] good = File.ReadAllBytes(Database);
        Dictionary<DatabaseRepair, int> outcomes = [];
        int kept = 0;
        int pages = good.Length / 4096;
        for (int page = 0; page < pages; page += 3)
        {
            foreach (string file in Directory.GetFiles(Root, "hart.db*"))
            {
                File.Delete(file);
            }

            byte[] bad = [.. good];
            TestModel.Noise(page, 4096).CopyTo(bad.AsSpan(page * 4096));
            File.WriteAllBytes(Database, bad);

            RepairReport report = EmbeddedStore.Repair(Root);

            outcomes[report.Database] = outcomes.GetValueOrDefault(report.Database) + 1;
            Assert.Empty(report.LostContents);
            using EmbeddedStore store = EmbeddedStore.Open(Root);
            Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
            foreach (TestModel model in (TestModel[])[First, Second])
            {
                kept += store.FindModel(model.Name) is null ? 0 : 1;
                Assert.Equal(0, Import(store, model).NewAtoms);
                AssertGivesBack(store, model);
            }
        }

        output.WriteLine($"{string.Join(", ", outcomes)}; {kept} of {(pages + 2) / 3 * 2} models kept");
        Assert.True(outcomes.GetValueOrDefault(DatabaseRepair.Salvaged) > 0 && kept > 0);
    }

    [Fact]
    public void What_is_no_store_is_not_repaired()
    {
        Assert.Equal(StoreErrorCodes.StoreNotFound, Assert.Throws<StoreException>(() => EmbeddedStore.Repair(_folder.File("none/x")[..^2])).Code);
    }

    private static ImportResult Import(EmbeddedStore store, TestModel model)
    {
        using ModelSource source = model.Open();
        return new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = BlockBytes });
    }

    private static void AssertGivesBack(EmbeddedStore store, TestModel model)
    {
        using TempFolder folder = new();
        new ModelExporter(store).Export(model.Name, folder.Root);
        Assert.Equal(model.Files[0].Bytes, File.ReadAllBytes(Path.Combine(folder.Root, model.Files[0].Path)));
    }

    /// <summary>Two models that share a tensor: twelve frames in one pack.</summary>
    private void MakeStore()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        Import(store, First);
        Import(store, Second);
    }

    private void AssertWhole(params TestModel[] models)
    {
        Assert.Equal([], Findings());
        using EmbeddedStore store = EmbeddedStore.Open(Root);
        Assert.All(models, model => AssertGivesBack(store, model));
    }

    private IReadOnlyList<VerifyFinding> Findings()
    {
        using EmbeddedStore store = EmbeddedStore.Open(Root);
        return new StoreVerifier(store).Verify(full: true).Findings;
    }

    private void Flip(long at)
    {
        using FileStream file = new(Pack, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        int value = file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(value ^ 1));
    }

    private void Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Database};Pooling=False");
        connection.Execute(sql);
    }
}
