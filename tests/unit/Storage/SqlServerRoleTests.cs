using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Storage;

/// <summary>What logins of the three roles can do, and what they cannot.</summary>
[RequiresSqlServer]
public sealed class SqlServerRoleTests : IClassFixture<ServerFixture>, IDisposable
{
    private const string Password = "Probe-9-Login";

    private static readonly TestModel Model = new TestModel("m").Literal([1, 2]).Tensor("w", TensorDtype.U8, [10, 1000], TestModel.Noise(1, 10_000));

    private readonly TestServer _server;
    private readonly List<string> _logins = [];

    public SqlServerRoleTests(ServerFixture fixture)
    {
        _server = fixture.TakeEmpty();
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        Import(store, Model);
    }

    public void Dispose()
    {
        SqlConnection.ClearAllPools();
        foreach (string login in _logins)
        {
            _server.Execute($"DROP USER {login}");
            _server.Execute($"DROP LOGIN {login}");
        }
    }

    [Fact]
    public void A_reader_lists_and_exports_and_changes_nothing()
    {
        using SqlServerStore store = SqlServerStore.Open(Login("hart_reader"));
        StoredModel model = Assert.Single(store.ListModels());
        Assert.Single(store.ListTensors(model.ModelId));
        Assert.Equal(10_002, store.GetStatistics().BytesStored);
        AssertExports(store);

        AssertDenied(() => Import(store, new TestModel("n").Tensor("w", TensorDtype.U8, [1], [1])));
        AssertDenied(() => store.RemoveModel(model.ModelId));
        AssertDenied(() => store.Enqueue("x", "/models/x", 4096, Granularity.Block, false));
        AssertDenied(() => store.Tenants.Add("t", new TenantSettings()));
        AssertDenied(() => store.Optimize(new OptimizeOptions(), null, default));
        AssertDenied(() => store.Repair());
        AssertDenied("hart_reader", "SELECT COUNT(*) FROM dbo.AtomPayloads");
        AssertDenied("hart_reader", "SELECT COUNT(*) FROM dbo.RecipeSegments");
        AssertDenied("hart_reader", "UPDATE dbo.Models SET Name = N'x'");
        AssertDenied("hart_reader", "DELETE FROM dbo.TensorAtoms");
        AssertDenied("hart_reader", "EXEC dbo.sp_PruneAtoms");
    }

    [Fact]
    public void An_importer_imports_and_removes_models_and_leaves_the_store_as_a_whole_to_admins()
    {
        using SqlServerStore store = SqlServerStore.Open(Login("hart_ingest"));
        TestModel own = new TestModel("own").Tensor("w", TensorDtype.U8, [20, 1000], [.. TestModel.Noise(1, 10_000), .. TestModel.Noise(2, 10_000)]);
        Import(store, own);
        AssertExports(store);
        Assert.Equal("x", store.Enqueue("x", "/models/x", 4096, Granularity.Block, false).Model);
        store.RemoveModel(store.FindModel("own")!.ModelId);

        AssertDenied(() => store.Tenants.Add("t", new TenantSettings()));
        AssertDenied(() => store.Tenants.Set("default", new TenantSettings(1, 1)));
        AssertDenied(() => store.Tenants.Remove("default", withModels: true));
        AssertDenied(() => store.Optimize(new OptimizeOptions(), null, default));
        AssertDenied(() => store.Repair());
        using IModelStore all = store.ForTenant(TenantNames.All);
        AssertDenied(() => all.RemoveModel(store.FindModel("m")!.ModelId));
        AssertDenied(() => all.OpenAtom(ContentHash.Of(TestModel.Noise(1, 10_000))));
        AssertDenied("hart_ingest", "DELETE FROM dbo.Models");
        AssertDenied("hart_ingest", "INSERT INTO dbo.Tenants (Name) VALUES (N'x')");
        AssertDenied("hart_ingest", "SELECT COUNT(*) FROM dbo.AtomPayloads");
        AssertDenied("hart_ingest", "CREATE TABLE dbo.Own (Id int)");
    }

    [Fact]
    public void An_admin_keeps_tenants_and_maintains_the_store_without_owning_the_database()
    {
        using SqlServerStore store = SqlServerStore.Open(Login("hart_admin"));
        store.Tenants.Add("t", new TenantSettings(5, 50_000));
        using (IModelStore other = store.ForTenant("t"))
        {
            Import(other, new TestModel("n").Tensor("w", TensorDtype.U8, [4, 1000], TestModel.Noise(5, 4000)));
        }

        using IModelStore all = store.ForTenant(TenantNames.All);
        Assert.Equal(2, all.ListModels().Count);
        Assert.Equal(1, store.Tenants.Remove("t", withModels: true).Models);
        Assert.Equal(4000, store.Optimize(new OptimizeOptions(), null, default).ReclaimedBytes);
        Assert.True(store.Repair().Ok);
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
        AssertDenied("hart_admin", "UPDATE dbo.Models SET Name = N'x'");
        AssertDenied("hart_admin", "DROP TABLE dbo.Models");
    }

    [Fact]
    public void A_login_without_a_role_is_told_which_there_are()
    {
        SqlServerOptions options = Login(null);

        StoreException error = Assert.Throws<StoreException>(() => SqlServerStore.Open(options));

        Assert.Equal(StoreErrorCodes.StorePermission, error.Code);
        Assert.Contains("hart_reader", error.Message, StringComparison.Ordinal);
    }

    private static void Import(IModelStore store, TestModel model)
    {
        using ModelSource source = model.Open();
        new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = 4000 });
    }

    private static void AssertExports(SqlServerStore store)
    {
        using TempFolder folder = new();
        string path = folder.File("m.bin");
        new ModelExporter(store).Export("m", path);
        Assert.Equal(Model.Files[0].Bytes, File.ReadAllBytes(path));
    }

    private static void AssertDenied(Action action) => Assert.Equal(StoreErrorCodes.StorePermission, Assert.Throws<StoreException>(action).Code);

    private void AssertDenied(string role, string sql)
    {
        using SqlConnection connection = Login(role).NewConnection();
        connection.Open();
        using SqlCommand command = new(sql, connection);
        Assert.Throws<SqlException>(command.ExecuteScalar);
    }

    private SqlServerOptions Login(string? role)
    {
        string name = $"hart_login_{Guid.NewGuid():N}"[..24];
        _server.Execute($"CREATE LOGIN {name} WITH PASSWORD = '{Password}'");
        _logins.Add(name);
        _server.Execute($"CREATE USER {name} FOR LOGIN {name}");
        if (role is not null)
        {
            _server.Execute($"ALTER ROLE {role} ADD MEMBER {name}");
        }

        SqlConnectionStringBuilder builder = TestServer.Builder(_server.Database);
        builder.UserID = name;
        builder.Password = Password;
        builder.MaxPoolSize = 10;
        return SqlServerOptions.Parse(builder.ConnectionString);
    }
}
