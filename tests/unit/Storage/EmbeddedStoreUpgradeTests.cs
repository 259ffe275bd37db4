using System.Reflection;
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

/// <summary>Stores that an earlier version made.</summary>
public sealed class EmbeddedStoreUpgradeTests : IDisposable
{
    private const int ApplicationId = 0x48415254;

    private readonly TempFolder _folder = new();

    private string Root => _folder.File("store/x")[..^2];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_store_of_schema_1_is_brought_up_to_date_with_its_models_and_jobs()
    {
        // No content is so small that schema 1 has no place for it.
        TestModel model = new TestModel("m").Literal([1]).Tensor("w", TensorDtype.F32, [3, 1000], TestModel.Noise(1, 12_000));
        byte[] half = TestModel.Noise(2, 1000);
        IngestRequest request = new("open", "/models/open", ContentHash.Of([1]), 4096, 2, 2000);
        using (EmbeddedStore store = EmbeddedStore.OpenOrCreate(Root))
        {
            Import(store, model);
            using IIngestSession session = store.BeginIngest(request);
            session.WritePayload(ContentHash.Of(half), half);
            session.AddTensor(0, new IngestedTensor(ContentHash.Of(half), 1000, []));
            session.Commit(1000);
        }

        Downgrade();
        using EmbeddedStore upgraded = EmbeddedStore.Open(Root);

        Assert.Equal([], new StoreVerifier(upgraded).Verify(full: true).Findings);
        StoredTenant tenant = Assert.Single(upgraded.Tenants.List());
        Assert.Equal((4L, 13_000L, 1L), (tenant.Atoms, tenant.Bytes, tenant.Models));
        Assert.Equal(upgraded.ListModels()[0].ImportedAtUtc, tenant.LastIngestedAtUtc);
        IngestionJob open = Assert.Single(upgraded.Jobs.List(JobStatus.Processing));
        Assert.Equal((Granularity.Block, false, 1L, 1), (open.Granularity, open.IsRunning, open.TensorsDone, open.Runs));
        Assert.Empty(open.SourceFiles);
        using (IIngestSession resumed = upgraded.BeginIngest(request))
        {
            Assert.Equal((open.JobId, true), (resumed.JobId, resumed.IsResumed));
        }

        string output = _folder.File("out.bin");
        new ModelExporter(upgraded).Export("m", output);
        Assert.Equal(model.Files[0].Bytes, File.ReadAllBytes(output));
    }

    private static void Import(EmbeddedStore store, TestModel model)
    {
        using ModelSource source = model.Open();
        new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = 4096 });
    }

    /// <summary>Makes a database by the first script alone and puts the store's rows into it, as far as that has columns for them.</summary>
    private void Downgrade()
    {
        string current = Path.Combine(Root, "hart.db");
        string old = _folder.File("old.db");
        Assembly assembly = typeof(EmbeddedStore).Assembly;
        using StreamReader script = new(assembly.GetManifestResourceStream($"{typeof(EmbeddedStore).Namespace}.Migrations.0001_base.sql")!);
        using (SqliteConnection connection = new($"Data Source={old};Pooling=False"))
        {
            connection.Open();
            connection.Execute("PRAGMA foreign_keys = OFF");
            connection.Execute(script.ReadToEnd());
            connection.Execute("DELETE FROM Tenants");
            connection.Execute("ATTACH @current AS later", new { current });
            connection.Execute("CREATE TABLE SchemaVersions AS SELECT * FROM later.SchemaVersions WHERE Version = 1");
            foreach (string table in connection.Query<string>(
                "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'SchemaVersions'").AsList())
            {
                string columns = string.Join(", ", connection.Query<string>("SELECT name FROM pragma_table_info(@table, 'main')", new { table }));
                connection.Execute($"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM later.{table}");
            }

            connection.Execute($"DETACH later; PRAGMA application_id = {ApplicationId}; PRAGMA user_version = 1");
        }

        File.Delete(current + "-wal");
        File.Delete(current + "-shm");
        File.Move(old, current, overwrite: true);
    }
}
