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

namespace Hartonomous.Tests.Storage;

/// <summary>Stores that something has been done to: what is found, what is refused.</summary>
public sealed class EmbeddedStoreDamageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Root => _folder.File("store/x")[..^2];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_flipped_bit_is_found_in_every_byte_of_a_header_and_all_over_the_payloads()
    {
        MakeStore();
        string pack = Directory.GetFiles(Path.Combine(Root, "packs")).Single();
        byte[] good = File.ReadAllBytes(pack);
        const int frame = 80 + 4000;
        Assert.Equal(3 * frame, good.Length);
        foreach (int at in Enumerable.Range(0, good.Length).Where(at => at % frame < 80 || at % 61 == 0))
        {
            byte[] bad = [.. good];
            bad[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(pack, bad);
            Assert.NotEmpty(Verify());
        }

        File.WriteAllBytes(pack, good);
        Assert.Empty(Verify());
    }

    [Fact]
    public void A_damaged_payload_is_named_and_does_not_leave_the_store()
    {
        MakeStore();
        string pack = Directory.GetFiles(Path.Combine(Root, "packs")).Single();
        byte[] bytes = File.ReadAllBytes(pack);
        byte[] payload = TestModel.Noise(1, 4000);
        int at = bytes.AsSpan().IndexOf(payload);
        bytes[at + 100] ^= 4;
        File.WriteAllBytes(pack, bytes);

        IReadOnlyList<VerifyFinding> findings = Verify();
        Assert.Contains(findings, finding => finding.Code == VerifyFindingCodes.AtomContent && finding.Object == ContentHash.Of(payload).ToString());

        using EmbeddedStore store = EmbeddedStore.Open(Root);
        string output = _folder.File("out.bin");
        StoreException error = Assert.Throws<StoreException>(() => new ModelExporter(store).Export("m", output));
        Assert.Equal((StoreErrorCodes.StoreCorrupt, ContentHash.Of(payload).ToString()), (error.Code, error.Subject));
        Assert.Empty(Directory.GetFiles(_folder.Root));
    }

    [Theory]
    [InlineData("UPDATE Atoms SET ReferenceCount = ReferenceCount + 1 WHERE AtomId = 2", VerifyFindingCodes.AtomReferenceCount)]
    [InlineData("UPDATE Recipes SET ReferenceCount = 0", VerifyFindingCodes.RecipeReferenceCount)]
    [InlineData("UPDATE TensorAtomCoefficients SET ByteOffset = ByteOffset + 4 WHERE Ordinal = 1", VerifyFindingCodes.TensorBlocks)]
    [InlineData("DELETE FROM TensorAtomCoefficients WHERE Ordinal = 2", VerifyFindingCodes.TensorBlocks)]
    [InlineData("UPDATE RecipeSegments SET FileOffset = FileOffset + 1 WHERE Ordinal = 1", VerifyFindingCodes.RecipeSegments)]
    [InlineData("DELETE FROM RecipeSegments WHERE Ordinal = 2", VerifyFindingCodes.RecipeSegments)]
    [InlineData("UPDATE RecipeSegments SET Literal = x'09' WHERE Ordinal = 2", VerifyFindingCodes.RecipeContent)]
    [InlineData("UPDATE RecipeSegments SET TurnedDtype = 'F32' WHERE Ordinal = 1", VerifyFindingCodes.RecipeContent)]
    [InlineData("DELETE FROM AtomPayloads WHERE AtomId = 2", VerifyFindingCodes.AtomPayloadMissing)]
    [InlineData("UPDATE AtomPayloads SET PackOffset = PackOffset + 8 WHERE AtomId = 2", VerifyFindingCodes.PackFrame)]
    [InlineData("UPDATE Atoms SET Hash = x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff' WHERE AtomId = 2", VerifyFindingCodes.PackFrame)]
    [InlineData("UPDATE Models SET SizeBytes = 1", VerifyFindingCodes.ModelTotals)]
    [InlineData("UPDATE TensorAtoms SET Shape = '[4, 1000]'", VerifyFindingCodes.TensorSize)]
    [InlineData("UPDATE TensorAtoms SET Shape = 'rubbish'", VerifyFindingCodes.TensorSize)]
    [InlineData("UPDATE TensorAtoms SET Dtype = 'rubbish'", VerifyFindingCodes.TensorSize)]
    [InlineData("DELETE FROM TenantAtoms WHERE AtomId = 2", VerifyFindingCodes.TenantAtoms)]
    [InlineData("INSERT INTO TenantAtoms (TenantId, AtomId) VALUES (1, 999)", VerifyFindingCodes.TenantAtoms)]
    [InlineData("UPDATE Tenants SET ByteCount = ByteCount - 1", VerifyFindingCodes.TenantTotals)]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM Tenants", VerifyFindingCodes.ForeignKey)]
    public void A_row_that_was_changed_is_found(string sql, string code)
    {
        MakeStore();
        using (SqliteConnection connection = new($"Data Source={Path.Combine(Root, "hart.db")};Pooling=False"))
        {
            connection.Execute(sql);
        }

        Assert.Contains(Verify(), finding => finding.Code == code);
    }

    [Fact]
    public void Every_changed_byte_of_a_small_payload_is_found_and_does_not_leave_the_store()
    {
        byte[] bias = TestModel.Noise(9, 256);
        using (EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root))
        using (ModelSource source = new TestModel("m").Tensor("b", TensorDtype.F32, [64], bias).Open())
        {
            new ModelImporter(store).Import(source);
        }

        Assert.Empty(Directory.GetFiles(Path.Combine(Root, "packs")));
        Assert.Empty(Verify());
        for (int i = 0; i < bias.Length; i += 15)
        {
            byte[] bad = [.. bias];
            bad[i] ^= 16;
            Execute($"UPDATE Atoms SET Content = x'{System.Convert.ToHexString(bad)}'");
            Assert.Contains(Verify(), finding => finding.Code == VerifyFindingCodes.AtomContent && finding.Object == ContentHash.Of(bias).ToString());
        }

        using EmbeddedStore damaged = EmbeddedStore.Open(Root);
        StoreException error = Assert.Throws<StoreException>(() => new ModelExporter(damaged).Export("m", _folder.File("out.bin")));
        Assert.Equal(StoreErrorCodes.StoreCorrupt, error.Code);
    }

    [Fact]
    public void A_pack_that_is_gone_or_too_short_is_found()
    {
        MakeStore();
        string pack = Directory.GetFiles(Path.Combine(Root, "packs")).Single();
        byte[] good = File.ReadAllBytes(pack);

        File.WriteAllBytes(pack, good[..^1]);
        Assert.Contains(Verify(), finding => finding.Code == VerifyFindingCodes.PackMissing);
        File.Delete(pack);
        Assert.Contains(Verify(), finding => finding.Code == VerifyFindingCodes.PackMissing);
    }

    [Fact]
    public void Bytes_beyond_what_was_committed_are_no_damage_and_are_cut_off_by_the_next_writer()
    {
        MakeStore();
        string pack = Directory.GetFiles(Path.Combine(Root, "packs")).Single();
        long committed = new FileInfo(pack).Length;
        File.AppendAllBytes(pack, TestModel.Noise(5, 1000));

        Assert.Empty(Verify());
        using (EmbeddedStore store = EmbeddedStore.Open(Root))
        using (ModelSource source = new TestModel("n").Tensor("w", TensorDtype.U8, [264], TestModel.Noise(6, 264)).Open())
        {
            new ModelImporter(store).Import(source);
        }

        Assert.Equal(committed + 80 + 264, new FileInfo(pack).Length);
        Assert.Empty(Verify());
    }

    [Fact]
    public void A_store_of_a_newer_version_is_refused()
    {
        MakeStore();
        Execute("PRAGMA user_version = 9999");

        Assert.Equal(StoreErrorCodes.StoreTooNew, Assert.Throws<StoreException>(() => EmbeddedStore.Open(Root)).Code);
    }

    [Fact]
    public void A_store_whose_scripts_were_others_is_refused()
    {
        MakeStore();
        Execute("UPDATE SchemaVersions SET Checksum = 'other'");

        Assert.Equal(StoreErrorCodes.StoreSchemaChanged, Assert.Throws<StoreException>(() => EmbeddedStore.Open(Root)).Code);
    }

    [Fact]
    public void A_store_with_a_script_that_this_version_lacks_is_refused()
    {
        MakeStore();
        Execute("UPDATE SchemaVersions SET Version = 0 WHERE Version = 1");

        Assert.Equal(StoreErrorCodes.StoreSchemaChanged, Assert.Throws<StoreException>(() => EmbeddedStore.Open(Root)).Code);
    }

    [Fact]
    public void What_is_no_store_is_refused_and_left_as_it_is()
    {
        Assert.Equal(StoreErrorCodes.StoreNotFound, Assert.Throws<StoreException>(() => EmbeddedStore.Open(_folder.File("none"))).Code);

        string file = _folder.Write("a file", [1]);
        Assert.Equal(StoreErrorCodes.StoreInvalid, Assert.Throws<StoreException>(() => EmbeddedStore.OpenOrCreate(file)).Code);

        string letter = _folder.Write("documents/letter.txt", [2]);
        string documents = Path.GetDirectoryName(letter)!;
        Assert.Equal(StoreErrorCodes.StoreInvalid, Assert.Throws<StoreException>(() => EmbeddedStore.OpenOrCreate(documents)).Code);
        Assert.Equal([letter], Directory.GetFileSystemEntries(documents));

        string text = Path.GetDirectoryName(_folder.Write("text/hart.db", new string('x', 5000).Select(c => (byte)c).ToArray()))!;
        Assert.Equal(StoreErrorCodes.StoreInvalid, Assert.Throws<StoreException>(() => EmbeddedStore.Open(text)).Code);

        string other = _folder.File("other/hart.db");
        using (SqliteConnection connection = new($"Data Source={other};Pooling=False"))
        {
            connection.Execute("CREATE TABLE Recipes (Dish TEXT)");
        }

        Assert.Equal(StoreErrorCodes.StoreInvalid, Assert.Throws<StoreException>(() => EmbeddedStore.Open(Path.GetDirectoryName(other)!)).Code);
    }

    /// <summary>A store with one model: a literal, a tensor of three blocks, a literal.</summary>
    private void MakeStore()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        using ModelSource source = new TestModel("m")
            .Literal([7])
            .Tensor("w", TensorDtype.F32, [3, 1000], [.. TestModel.Noise(1, 4000), .. TestModel.Noise(2, 8000)])
            .Literal([8])
            .Open();
        new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = 4096 });
    }

    private IReadOnlyList<VerifyFinding> Verify()
    {
        using EmbeddedStore store = EmbeddedStore.Open(Root, TenantNames.All);
        return new StoreVerifier(store).Verify(full: true).Findings;
    }

    private void Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(Root, "hart.db")};Pooling=False");
        connection.Execute(sql);
    }
}
