using System.Text.Json;
using Dapper;
using Hartonomous.Core.Atoms;
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

/// <summary>Verification: that it can be interrupted, and that no single byte escapes it.</summary>
public sealed class StoreVerifyTests(ITestOutputHelper output) : IDisposable
{
    private const int BlockBytes = 264;

    private static readonly TestModel Model = new TestModel("m")
        .Literal([7, 8, 9])
        .Tensor("big", TensorDtype.F32, [3, 66], TestModel.Noise(1, 792), ByteOrder.Big)
        .Literal([1])
        .Tensor("odd", TensorDtype.U8, [261], TestModel.Noise(2, 261));

    private readonly TempFolder _folder = new();

    private string Root => _folder.File("store/x")[..^2];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_byte_of_a_pack_is_watched_and_no_wrong_file_comes_out()
    {
        using EmbeddedStore store = MakeStore();
        string pack = Directory.GetFiles(Path.Combine(Root, "packs")).Single();
        byte[] good = File.ReadAllBytes(pack);
        using FileStream file = new(pack, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        int refused = 0;
        for (int at = 0; at < good.Length; at++)
        {
            Write(file, at, (byte)(good[at] ^ (1 << (at % 8))));
            List<VerifyFinding> findings = [];
            store.CheckPayloads(null, null, findings.Add, null, default);
            Assert.True(findings.Count > 0, $"A flip in byte {at} was not found.");
            Assert.All(findings, finding => Assert.True(
                finding.Object == pack || finding.Object.Length == 64, $"byte {at}: {finding.Object} names neither pack nor content"));
            refused += ExportsRightOrNot(store) ? 0 : 1;
            Write(file, at, good[at]);
        }

        output.WriteLine($"{good.Length} bytes flipped, one at a time: all found; export refused in {refused} cases, and was right in the others");
        Assert.True(refused > 250);
        Assert.Empty(new StoreVerifier(store).Verify(full: true).Findings);
    }

    [Fact]
    public void Every_byte_of_a_payload_in_the_database_is_watched_and_no_wrong_file_comes_out()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        Import(store, Model, 88);
        using SqliteConnection connection = new($"Data Source={Path.Combine(Root, "hart.db")};Pooling=False");
        connection.Open();
        List<(long AtomId, byte[] Content)> payloads = connection.Query<(long, byte[])>(
            "SELECT AtomId, Content FROM Atoms WHERE Content IS NOT NULL ORDER BY AtomId").AsList();
        Assert.Equal([.. Enumerable.Repeat(88, 11), 85], payloads.Select(payload => payload.Content.Length));
        foreach ((long atomId, byte[] content) in payloads)
        {
            foreach (byte[] bad in Wrong(content).Cast<byte[]>())
            {
                connection.Execute("UPDATE Atoms SET Content = @bad WHERE AtomId = @atomId", new { bad, atomId });
                List<VerifyFinding> findings = [];
                store.CheckPayloads(null, null, findings.Add, null, default);
                Assert.Equal((VerifyFindingCodes.AtomContent, ContentHash.Of(content).ToString()), findings.Select(found => (found.Code, found.Object)).Single());
                Assert.False(ExportsRightOrNot(store));
            }

            connection.Execute("UPDATE Atoms SET Content = @content WHERE AtomId = @atomId", new { content, atomId });
        }

        Assert.Empty(new StoreVerifier(store).Verify(full: true).Findings);
    }

    [Theory]
    [InlineData("RecipeSegments")]
    [InlineData("TensorAtomCoefficients")]
    [InlineData("Recipes")]
    public void Every_value_of_a_recipe_and_of_a_composition_is_watched(string table)
    {
        using EmbeddedStore store = MakeStore();
        using SqliteConnection connection = new($"Data Source={Path.Combine(Root, "hart.db")};Pooling=False");
        connection.Open();
        connection.Execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
        string[] keys = [.. connection.Query<string>($"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")];
        string[] columns = [.. connection.Query<string>($"SELECT name FROM pragma_table_info('{table}')")];
        int changed = 0;
        foreach (IDictionary<string, object?> row in connection.Query($"SELECT * FROM {table}").Cast<IDictionary<string, object?>>().ToList())
        {
            foreach (string column in columns.Where(column => row[column] is not null))
            {
                foreach (object wrong in Wrong(row[column]!))
                {
                    string where = string.Join(" AND ", keys.Select(key => $"{key} = {(key == column ? wrong : row[key])}"));
                    string original = string.Join(" AND ", keys.Select(key => $"{key} = {row[key]}"));
                    try
                    {
                        connection.Execute($"UPDATE {table} SET {column} = @wrong WHERE {original}", new { wrong });
                    }
                    catch (SqliteException)
                    {
                        continue; // the key of another row
                    }

                    changed++;
                    IReadOnlyList<VerifyFinding> findings = new StoreVerifier(store).Verify(full: true).Findings;
                    Assert.True(findings.Count > 0, $"{table} {original}: {column} = {wrong} was not found.");
                    ExportsRightOrNot(store);
                    connection.Execute($"UPDATE {table} SET {column} = @right WHERE {where}", new { right = row[column] });
                }
            }
        }

        output.WriteLine($"{changed} values of {table} changed, one at a time: all found");
        Assert.Empty(new StoreVerifier(store).Verify(full: true).Findings);
    }

    [Fact]
    public void A_damaged_database_is_a_finding_and_not_a_failure()
    {
        MakeStore().Dispose();
        string path = Path.Combine(Root, "hart.db");
        byte[] bytes = File.ReadAllBytes(path);
        int found = 0;
        for (int page = 1; page < bytes.Length / 4096; page += 5)
        {
            byte[] bad = [.. bytes];
            TestModel.Noise(page, 4096).CopyTo(bad.AsSpan(page * 4096));
            File.WriteAllBytes(path, bad);
            try
            {
                using EmbeddedStore store = EmbeddedStore.Open(Root);
                found += new StoreVerifier(store).Verify(full: false).Findings.Count > 0 ? 1 : 0;
            }
            catch (StoreException error)
            {
                Assert.Equal(StoreErrorCodes.StoreCorrupt, error.Code);
                found++;
            }
        }

        Assert.True(found > 0);
    }

    [Fact]
    public void An_interrupted_verification_goes_on_where_it_was()
    {
        using EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        TestModel model = new("m");
        for (int i = 0; i < 50; i++)
        {
            model.Tensor($"t{i}", TensorDtype.U8, [2, 4096], TestModel.Noise(i, 8192));
        }

        Import(store, model, 4096);
        StoreVerifier verifier = new(store);
        IReadOnlyDictionary<string, long> whole = verifier.Verify(full: true).Checked;
        using (SqliteConnection connection = new($"Data Source={Path.Combine(Root, "hart.db")};Pooling=False"))
        {
            connection.Execute("UPDATE Recipes SET Fingerprint = zeroblob(32)");
        }

        // Every part of it is interrupted once, and a limit of no time gets nowhere but loses nothing.
        int interruptions = 0;
        foreach (long bytes in (long[])[100_000, 300_000, 500_000])
        {
            using CancellationTokenSource stop = new();
            Assert.ThrowsAny<OperationCanceledException>(() => verifier.Verify(
                new VerifyOptions { Full = true, Resume = true }, new Progress(value => StopAt(value.BytesDone, bytes, stop)), stop.Token));
            interruptions++;
        }

        Assert.False(verifier.Verify(new VerifyOptions { Full = true, Resume = true, TimeLimit = TimeSpan.Zero }).Complete);
        long first = -1;
        VerifyReport last = verifier.Verify(
            new VerifyOptions { Full = true, Resume = true }, new Progress(value => first = first < 0 ? value.BytesDone : first));

        Assert.Equal((true, true, 3), (last.Complete, last.Resumed, interruptions));
        Assert.True(first > 300_000, $"began anew, at {first}");
        Assert.Equal(whole.OrderBy(pair => pair.Key), last.Checked.OrderBy(pair => pair.Key));
        Assert.Equal([VerifyFindingCodes.RecipeFingerprint], last.Findings.Select(finding => finding.Code));
        Assert.False(File.Exists(Path.Combine(Root, "verify.json")));
        Assert.False(verifier.Verify(new VerifyOptions { Full = true, Resume = true }).Resumed);
    }

    [Fact]
    public void A_report_is_written_to_a_file()
    {
        using EmbeddedStore store = MakeStore();
        string path = _folder.File("report.json");
        VerifyReport report = new StoreVerifier(store).Verify(full: true);

        ReportJson.Save(path, json => ReportJson.Write(json, report));

        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        Assert.True(document.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal(4, document.RootElement.GetProperty("checked").GetProperty("payloads").GetInt64());
    }

    private static void StopAt(long done, long limit, CancellationTokenSource stop)
    {
        if (done >= limit)
        {
            stop.Cancel();
        }
    }

    /// <summary>The value with something about it changed: each byte of a text or blob, another number.</summary>
    private static IEnumerable<object> Wrong(object value) => value switch
    {
        long number => [number + 1, number ^ 0x100, -number - 1],
        byte[] bytes => Enumerable.Range(0, bytes.Length).Where(at => at % 5 == 0).Select(at =>
        {
            byte[] copy = [.. bytes];
            copy[at] ^= 4;
            return (object)copy;
        }),
        string text => [text[..^1] + (char)(text[^1] ^ 1), string.Empty],
        _ => [],
    };

    private static void Write(FileStream file, long at, byte value)
    {
        file.Position = at;
        file.WriteByte(value);
        file.Flush();
    }

    private static void Import(EmbeddedStore store, TestModel model, int blockBytes)
    {
        using ModelSource source = model.Open();
        new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = blockBytes });
    }

    /// <summary>Exports the model: true where the right file comes out; where export refuses, nothing may be left.</summary>
    private bool ExportsRightOrNot(EmbeddedStore store)
    {
        string target = _folder.File("export/x")[..^2];
        string path = Path.Combine(target, Model.Files[0].Path);
        try
        {
            new ModelExporter(store).Export(Model.Name, target, overwrite: true);
            Assert.Equal(Model.Files[0].Bytes, File.ReadAllBytes(path));
            File.Delete(path);
            return true;
        }
        catch (Exception error) when (error is StoreException or ModelFormatException)
        {
            Assert.Empty(Directory.GetFiles(target));
            return false;
        }
    }

    /// <summary>A store with one model: literals, a big-endian tensor of three blocks, and a tensor of one block with padding behind it.</summary>
    private EmbeddedStore MakeStore()
    {
        EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root);
        Import(store, Model, BlockBytes);
        return store;
    }

    private sealed class Progress(Action<OperationProgress> report) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => report(value);
    }
}
