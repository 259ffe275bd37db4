using System.Data;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Storage;

/// <summary>Tenants kept apart by the server itself, whatever statement is sent: the login has all rights to the tables, and the policy alone holds.</summary>
[RequiresSqlServer(Feature = "row_level_security")]
public sealed class SqlServerRowLevelSecurityTests : IDisposable
{
    private const int Blocked = 33504;

    private static readonly string[] Hidden = ["Models", "ModelFiles", "TensorAtoms", "TenantAtoms", "IngestionJobs", "IngestionJobTensors"];

    private readonly TestServer _server = TestServer.Create();
    private readonly Dictionary<string, long> _tenants;
    private readonly TestLogin _login;

    public SqlServerRowLevelSecurityTests()
    {
        new SqlServerSchema(_server.Options).Update(withRowLevelSecurity: true);
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        _tenants = new[] { "a", "b" }.ToDictionary(name => name, name => store.Tenants.Add(name, new TenantSettings()).TenantId);
        foreach ((int seed, string name) in _tenants.Keys.Index())
        {
            using IModelStore own = store.ForTenant(name);
            Import(own, ModelOf(seed));
            using IIngestSession session = own.BeginIngest(new IngestRequest("open", "/models/open", ContentHash.Of([1]), 4096, 10, 1000));
            byte[] content = TestModel.Noise(10 + seed, 1000);
            session.WritePayload(ContentHash.Of(content), content);
            session.AddTensor(0, new IngestedTensor(ContentHash.Of(content), 1000, []));
            session.Commit(1000);
        }

        _login = new TestLogin(_server, "hart_ingest");
        foreach (string table in (string[])[.. Hidden, "Tenants"])
        {
            _server.Execute($"GRANT SELECT, INSERT, UPDATE, DELETE ON dbo.{table} TO {_login.Name}");
        }
    }

    public void Dispose()
    {
        _login.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void A_tenants_connection_reads_its_own_rows_of_every_table_and_no_others()
    {
        foreach (string table in Hidden)
        {
            Assert.Equal((true, false), (Has(_tenants["a"], table, "a"), Has(_tenants["a"], table, "b")));
        }
    }

    [Fact]
    public void A_connection_that_does_not_say_whose_it_is_reads_nothing()
    {
        Assert.All(Hidden, table => Assert.False(Has(null, table, "a")));
        Assert.All(Hidden, table => Assert.False(Has(0, table, "a")));
    }

    [Fact]
    public void Rows_of_another_tenant_are_neither_changed_nor_deleted_nor_made()
    {
        foreach (string table in Hidden)
        {
            Assert.Equal(0, Run(_tenants["a"], $"UPDATE dbo.{table} SET TenantId = TenantId WHERE TenantId = {_tenants["b"]}"));
            Assert.Equal(0, Run(_tenants["a"], $"DELETE FROM dbo.{table} WHERE TenantId = {_tenants["b"]}"));
            AssertBlocked(_tenants["a"], $"UPDATE dbo.{table} SET TenantId = {_tenants["b"]} WHERE TenantId = {_tenants["a"]}");
        }

        AssertBlocked(_tenants["a"], $"UPDATE dbo.Tenants SET MaxBytes = 1 WHERE TenantId = {_tenants["b"]}");
        AssertBlocked(_tenants["a"], $"DELETE FROM dbo.Tenants WHERE TenantId = {_tenants["b"]}");
        AssertBlocked(_tenants["a"], $"INSERT INTO dbo.TenantAtoms (TenantId, AtomId) SELECT {_tenants["b"]}, MIN(AtomId) FROM dbo.TenantAtoms");
        AssertBlocked(
            _tenants["a"],
            $"INSERT INTO dbo.Models (TenantId, Name, Format, ParameterCount, TensorCount, SizeBytes, IsFolder, SourcePath, Metadata) " +
            $"VALUES ({_tenants["b"]}, N'forged', N'SafeTensors', 0, 0, 0, 0, N'', N'{{}}')");
    }

    [Fact]
    public void The_tenant_of_a_connection_is_said_once()
    {
        using SqlConnection connection = Connect(_tenants["a"]);
        using SqlCommand command = new($"EXEC sys.sp_set_session_context N'HartTenant', {_tenants["b"]}", connection);
        Assert.Throws<SqlException>(() => command.ExecuteNonQuery());
    }

    [Fact]
    public void The_store_works_as_without_it()
    {
        using SqlServerStore a = SqlServerStore.Open(_login.Options, "a");
        TestModel more = new TestModel("more").Tensor("w", TensorDtype.U8, [10, 1000], TestModel.Noise(50, 10_000));
        Import(a, more);
        using TempFolder folder = new();
        new ModelExporter(a).Export("more", folder.File("more.bin"));
        Assert.Equal(more.Files[0].Bytes, File.ReadAllBytes(folder.File("more.bin")));
        a.RemoveModel(a.FindModel("more")!.ModelId);

        using SqlServerStore all = SqlServerStore.Open(_server.Options, TenantNames.All);
        Assert.Equal(2, all.ListModels().Count);
        Assert.Equal([], new StoreVerifier(all).Verify(full: true).Findings);
    }

    private static TestModel ModelOf(int seed) =>
        new TestModel($"m{seed}").Literal([(byte)seed]).Tensor("w", TensorDtype.U8, [10, 1000], TestModel.Noise(seed, 10_000));

    private static void Import(IModelStore store, TestModel model)
    {
        using ModelSource source = model.Open();
        new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = 4000 });
    }

    private bool Has(long? context, string table, string tenant)
    {
        using SqlConnection connection = Connect(context);
        using SqlCommand command = new($"SELECT COUNT(*) FROM dbo.{table} WHERE TenantId = {_tenants[tenant]}", connection);
        return (int)command.ExecuteScalar() > 0;
    }

    private int Run(long context, string sql)
    {
        using SqlConnection connection = Connect(context);
        using SqlCommand command = new(sql, connection);
        return command.ExecuteNonQuery();
    }

    private void AssertBlocked(long context, string sql) => Assert.Equal(Blocked, Assert.Throws<SqlException>(() => Run(context, sql)).Number);

    private SqlConnection Connect(long? context)
    {
        SqlConnection connection = _login.Options.NewConnection();
        connection.Open();
        if (context is { } tenant)
        {
            using SqlCommand command = new("sys.sp_set_session_context", connection) { CommandType = CommandType.StoredProcedure };
            command.Parameters.AddWithValue("@key", "HartTenant");
            command.Parameters.AddWithValue("@value", tenant);
            command.Parameters.AddWithValue("@read_only", true);
            command.ExecuteNonQuery();
        }

        return connection;
    }
}
