using System.Collections.Concurrent;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>Many importers of one store, each with connections of its own.</summary>
[RequiresSqlServer]
public sealed class SqlServerConcurrencyTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int Writers = 6;

    private readonly TestServer _server = fixture.TakeEmpty();

    [Fact]
    public void Families_that_several_tenants_import_at_once_are_stored_once_and_counted_for_each()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        store.Tenants.Add("a", new TenantSettings());
        store.Tenants.Add("b", new TenantSettings());
        byte[][] bases = [.. Enumerable.Range(0, 2).Select(family => TestModel.Noise(family, 40_000))];
        (string Tenant, TestModel Model)[] imports =
        [
            .. from tenant in (string[])["a", "b"] from family in Enumerable.Range(0, 2) from tune in Enumerable.Range(0, 4)
               select (tenant, new TestModel($"family {family} tune {tune}")
                   .Literal([(byte)family, (byte)tune])
                   .Tensor("base", TensorDtype.F32, [10, 1000], bases[family])
                   .Tensor("half", TensorDtype.F32, [5, 1000], [.. bases[family][..12_000], .. TestModel.Noise(100 + (10 * family) + tune, 8000)])),
        ];

        Parallel.ForEach(imports, new ParallelOptions { MaxDegreeOfParallelism = Writers }, import =>
        {
            using SqlServerStore own = SqlServerStore.Open(_server.Options, import.Tenant);
            Import(own, import.Model);
        });

        // Two bases of 40,000 bytes; of each tune 8,000 of its own, and two literal bytes.
        using IModelStore all = store.ForTenant(TenantNames.All);
        Assert.Equal(80_000 + (8 * 8002), all.GetStatistics().BytesStored);
        foreach (string tenant in (string[])["a", "b"])
        {
            StoredTenant account = store.Tenants.Find(tenant)!;
            Assert.Equal((8L, 20L + 16, 80_000L + 64_000), (account.Models, account.Atoms, account.Bytes));
            using IModelStore own = store.ForTenant(tenant);
            AssertGivesBack(own, imports.Where(import => import.Tenant == tenant).Select(import => import.Model));
        }

        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
    }

    [Fact]
    public void A_quota_that_several_imports_run_into_at_once_is_held_to_the_byte()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        store.Tenants.Add("small", new TenantSettings(null, 50_000));
        TestModel[] models = [.. Enumerable.Range(0, 8).Select(i =>
            new TestModel($"m{i}").Tensor("w", TensorDtype.U8, [10, 1000], TestModel.Noise(i, 10_000)))];

        ConcurrentBag<string> codes = [];
        Parallel.ForEach(models, new ParallelOptions { MaxDegreeOfParallelism = Writers }, model =>
        {
            using SqlServerStore own = SqlServerStore.Open(_server.Options, "small");
            try
            {
                Import(own, model);
            }
            catch (StoreException error)
            {
                codes.Add(error.Code);
            }
        });

        using IModelStore small = store.ForTenant("small");
        Assert.Equal(Enumerable.Repeat(StoreErrorCodes.QuotaBytes, 3), codes);
        Assert.Equal((5, 50_000L), (small.ListModels().Count, store.Tenants.Find("small")!.Bytes));
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
    }

    [Fact]
    public async Task Imports_removals_and_optimizations_at_once_lose_nothing()
    {
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        byte[] shared = TestModel.Noise(1, 20_000);
        TestModel[] models = [.. Enumerable.Range(0, Writers).Select(i => new TestModel($"m{i}")
            .Tensor("shared", TensorDtype.F32, [5, 1000], shared).Tensor("own", TensorDtype.F32, [2, 1000], TestModel.Noise(10 + i, 8000)))];
        using CancellationTokenSource ended = new();
        Task optimizing = Task.Run(() =>
        {
            using SqlServerStore own = SqlServerStore.Open(_server.Options);
            while (!ended.IsCancellationRequested)
            {
                own.Optimize(new OptimizeOptions(), null, default);
            }
        });

        Parallel.ForEach(models, new ParallelOptions { MaxDegreeOfParallelism = Writers }, model =>
        {
            using SqlServerStore own = SqlServerStore.Open(_server.Options);
            for (int round = 0; round < 3; round++)
            {
                ImportUntilStored(own, model);
                if (round < 2)
                {
                    own.RemoveModel(own.FindModel(model.Name)!.ModelId);
                }
            }
        });
        await ended.CancelAsync();
        await optimizing;
        store.Optimize(new OptimizeOptions(), null, default);

        AssertGivesBack(store, models);
        Assert.Equal(20_000 + (Writers * 8000), store.GetStatistics().BytesStored);
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
    }

    /// <summary>What an import found stored may have been reclaimed before its commit; it says so, and goes on when it is repeated.</summary>
    private static void ImportUntilStored(SqlServerStore store, TestModel model)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                Import(store, model);
                return;
            }
            catch (StoreException error) when (error.Code == StoreErrorCodes.ContentRemoved && attempt < 50)
            {
            }
        }
    }

    private static void Import(IModelStore store, TestModel model)
    {
        using ModelSource source = model.Open();
        new ModelImporter(store).Import(source, new ImportOptions { BlockBytes = 4000, CommitBytes = 10_000, CommitAtoms = 4 });
    }

    private static void AssertGivesBack(IModelStore store, IEnumerable<TestModel> models)
    {
        using TempFolder folder = new();
        foreach (TestModel model in models)
        {
            string path = folder.File(model.Name + ".bin");
            new ModelExporter(store).Export(model.Name, path);
            Assert.Equal(model.Files[0].Bytes, File.ReadAllBytes(path));
        }
    }
}
