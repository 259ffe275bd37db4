using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>What logins of the three roles can do with the store, and what they cannot. Procedures lend them the rights of their owner.</summary>
[RequiresSqlServer(Feature = "ownership_chains")]
public sealed class SqlServerRoleTests : IClassFixture<ServerFixture>, IDisposable
{
    private static readonly TestModel Model = new TestModel("m").Literal([1, 2]).Tensor("w", TensorDtype.U8, [10, 1000], TestModel.Noise(1, 10_000));

    private readonly TestServer _server;
    private readonly List<TestLogin> _logins = [];

    public SqlServerRoleTests(ServerFixture fixture)
    {
        _server = fixture.TakeEmpty();
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        Import(store, Model);
    }

    public void Dispose() => _logins.ForEach(login => login.Dispose());

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

    private SqlServerOptions Login(string? role)
    {
        TestLogin login = new(_server, role);
        _logins.Add(login);
        return login.Options;
    }
}
