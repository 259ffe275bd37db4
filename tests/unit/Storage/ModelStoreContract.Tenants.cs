using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>Tenants: what one has, what one may have, what one may see.</summary>
public abstract partial class ModelStoreContract
{
    [Fact]
    public void Tenants_are_made_listed_changed_and_removed()
    {
        using IModelStore store = CreateStore();

        StoredTenant made = store.Tenants.Add("Research", new TenantSettings(10, 1_000_000, "the lab"));

        Assert.Equal(("Research", 10L, 1_000_000L, "the lab", 0L), (made.Name, made.MaxAtoms, made.MaxBytes, made.Description, made.Models));
        Assert.Equal(["default", "Research"], store.Tenants.List().Select(tenant => tenant.Name));
        Assert.Equal(made.TenantId, store.Tenants.Find("RESEARCH")!.TenantId);
        Assert.Equal((null, 5L), (store.Tenants.Set("research", new TenantSettings(null, 5)).MaxAtoms, store.Tenants.Find("research")!.MaxBytes));
        Assert.Equal(StoreErrorCodes.TenantExists, CodeOf(() => store.Tenants.Add("research", new TenantSettings())));
        Assert.All(["", "*", "a b", "-x", new string('x', 101)], name =>
            Assert.Equal(StoreErrorCodes.TenantName, CodeOf(() => store.Tenants.Add(name, new TenantSettings()))));
        Assert.Equal(StoreErrorCodes.TenantNotFound, CodeOf(() => store.Tenants.Set("absent", new TenantSettings())));
        Assert.Equal(StoreErrorCodes.TenantNotFound, CodeOf(() => store.ForTenant("absent")));
        Assert.Equal(StoreErrorCodes.TenantDefault, CodeOf(() => store.Tenants.Remove("default", withModels: true)));

        store.Tenants.Remove("research", withModels: false);
        Assert.Null(store.Tenants.Find("research"));
        Assert.NotEqual(made.TenantId, store.Tenants.Add("next", new TenantSettings()).TenantId);
    }

    [Fact]
    public void A_tenant_sees_its_own_models_and_has_no_way_to_those_of_others()
    {
        using IModelStore store = CreateStore();
        store.Tenants.Add("a", new TenantSettings());
        store.Tenants.Add("b", new TenantSettings());
        using IModelStore a = store.ForTenant("A");
        using IModelStore b = store.ForTenant("b");
        byte[] shared = TestModel.Noise(1, 12_000);
        byte[] secret = TestModel.Noise(2, 12_000);
        TestModel ofA = new TestModel("m").Literal([1])
            .Tensor("shared", TensorDtype.F32, [3, 1000], shared).Tensor("secret", TensorDtype.F32, [3, 1000], secret);
        TestModel ofB = new TestModel("m").Literal([2]).Tensor("shared", TensorDtype.F32, [3, 1000], shared);
        ImportResult importA = Import(a, ofA);
        ImportResult importB = Import(b, ofB);

        Assert.Equal((24_000L, 0L), (importA.NewBytes, importB.NewBytes));
        Assert.Equal(importB.ModelId, Assert.Single(b.ListModels()).ModelId);
        Assert.Equal(importB.ModelId, b.FindModel("m")!.ModelId);
        Assert.Empty(b.ListFiles(importA.ModelId));
        Assert.Empty(b.ListTensors(importA.ModelId));
        Assert.Equal(StoreErrorCodes.ModelNotFound, CodeOf(() => b.RemoveModel(importA.ModelId)));
        Assert.Equal(StoreErrorCodes.ContentRemoved, CodeOf(() => b.GetRecipe(ContentHash.Of(ofA.Files[0].Bytes))));
        foreach (byte[] content in (byte[][])[secret, secret[..4000]])
        {
            Assert.Equal(StoreErrorCodes.StoreCorrupt, CodeOf(() => b.OpenAtom(ContentHash.Of(content))));
            Assert.Equal(content, ReadAtom(a, ContentHash.Of(content)));
        }

        Assert.Empty(b.ListBlocks(ContentHash.Of(secret)));
        Assert.Empty(b.ListBlocks(ContentHash.Of(secret.AsSpan(0, 4000))));
        Assert.Equal(
            Enumerable.Range(0, 3).Select(i => new AtomBlock(ContentHash.Of(secret.AsSpan(4000 * i, 4000)), 4000 * i, 4000)),
            a.ListBlocks(ContentHash.Of(secret)));
        Assert.Equal([new AtomBlock(ContentHash.Of(secret.AsSpan(0, 4000)), 0, 4000)], a.ListBlocks(ContentHash.Of(secret.AsSpan(0, 4000))));

        Assert.Equal(shared, ReadAtom(b, ContentHash.Of(shared)));
        Assert.Single(b.ListComposedAtoms(0));
        Assert.Single(b.ListRecipes(0));
        Assert.Null(b.Jobs.Find(importA.JobId!.Value));
        Assert.Single(b.Jobs.List());
        Assert.Equal(StoreErrorCodes.JobNotFound, CodeOf(() => b.Jobs.Stop(importA.JobId!.Value)));
        Assert.Equal(StoreErrorCodes.JobNotFound, CodeOf(() => b.Jobs.Reset(importA.JobId!.Value)));
        Assert.Empty(store.ListModels());
        AssertGivesBack(a, ofA);
        AssertGivesBack(b, ofB);
        AssertWhole(b);
    }

    [Fact]
    public void A_handle_for_all_tenants_sees_all_and_imports_for_none()
    {
        using IModelStore store = CreateStore();
        store.Tenants.Add("other", new TenantSettings());
        using IModelStore other = store.ForTenant("other");
        Import(store, new TestModel("m").Tensor("w", TensorDtype.U8, [2], [1, 2]));
        Import(other, new TestModel("m").Tensor("w", TensorDtype.U8, [2], [3, 4]));
        Import(other, new TestModel("n").Tensor("w", TensorDtype.U8, [2], [5, 6]));
        using IModelStore all = store.ForTenant(TenantNames.All);

        Assert.Equal([("default", "m"), ("other", "m"), ("other", "n")], all.ListModels().Select(model => (model.Tenant, model.Name)));
        Assert.Equal("other", all.FindModel("n")!.Tenant);
        Assert.Equal(StoreErrorCodes.TenantRequired, CodeOf(() => all.FindModel("m")));
        Assert.Equal(StoreErrorCodes.TenantRequired, CodeOf(() => all.BeginIngest(Request("x"))));
        Assert.Equal((1L, 2L, 3L), (store.GetStatistics().Models, other.GetStatistics().Models, all.GetStatistics().Models));
    }

    [Fact]
    public void A_file_that_another_tenant_has_is_not_stored_again_and_counts_for_both()
    {
        using IModelStore store = CreateStore();
        store.Tenants.Add("other", new TenantSettings());
        using IModelStore other = store.ForTenant("other");
        TestModel model = new TestModel("m").Literal([1, 2, 3]).Tensor("w", TensorDtype.F32, [10, 1000], TestModel.Noise(1, 40_000));
        Import(store, model);

        ImportResult twin = Import(other, model);

        Assert.Equal(0, twin.NewBytes);
        Assert.All(store.Tenants.List(), tenant => Assert.Equal((1L, 1L, 10L, 40_000L), (tenant.Models, tenant.Tensors, tenant.Atoms, tenant.Bytes)));
        Assert.All(store.Tenants.List(), tenant => Assert.NotNull(tenant.LastIngestedAtUtc));
        AssertFiguresAddUp(other);
        Assert.Equal((40_003L, 0L), (other.GetStatistics().BytesStored, other.GetStatistics().SavedByFile));

        store.RemoveModel(store.FindModel("m")!.ModelId);
        Assert.Equal([0, 40_000], store.Tenants.List().Select(tenant => tenant.Bytes));
        Assert.Equal(StoreErrorCodes.StoreCorrupt, CodeOf(() => store.OpenAtom(ContentHash.Of(TestModel.Noise(1, 40_000)))));
        AssertGivesBack(other, model);
        AssertWhole(store);
    }

    [Theory]
    [InlineData(null, 30_000L, StoreErrorCodes.QuotaBytes)]
    [InlineData(7L, null, StoreErrorCodes.QuotaAtoms)]
    public void An_import_past_the_quota_fails_keeps_what_it_committed_and_goes_on_when_the_quota_is_raised(long? atoms, long? bytes, string code)
    {
        using IModelStore store = CreateStore();
        store.Tenants.Add("small", new TenantSettings(atoms, bytes));
        using IModelStore small = store.ForTenant("small");
        TestModel model = new("m");
        for (int i = 0; i < 5; i++)
        {
            model.BeginFile($"{i}.bin").Tensor($"t{i}", TensorDtype.F32, [2, 1000], TestModel.Noise(i, 8000));
        }

        // The quota is the same whatever others have stored before.
        Import(store, model);
        Assert.Equal(code, CodeOf(() => Import(small, Renamed(model, "mine"))));

        IngestionJob job = Assert.Single(small.Jobs.List());
        Assert.Equal((JobStatus.Failed, code), (job.Status, job.ErrorCode));
        Assert.True(store.Tenants.Find("small") is { } used && !(used.Atoms > (atoms ?? 100)) && !(used.Bytes > (bytes ?? 100_000)));
        Assert.Empty(small.ListModels());
        AssertWhole(store);

        store.Tenants.Set("small", new TenantSettings(10, 40_000));
        ImportResult resumed = Import(small, Renamed(model, "mine"));
        Assert.Equal(job.JobId, resumed.JobId);
        Assert.Equal((10L, 40_000L), (store.Tenants.Find("small")!.Atoms, store.Tenants.Find("small")!.Bytes));
        AssertWhole(store);
    }

    [Fact]
    public void What_an_import_past_the_quota_had_committed_stays_and_counts()
    {
        using IModelStore store = CreateStore();
        store.Tenants.Set("default", new TenantSettings(null, 20_000));
        TestModel model = new("m");
        for (int i = 0; i < 5; i++)
        {
            model.BeginFile($"{i}.bin").Tensor($"t{i}", TensorDtype.F32, [2, 2000], TestModel.Noise(i, 16_000));
        }

        Assert.Equal(StoreErrorCodes.QuotaBytes, CodeOf(() => Import(store, model)));
        Assert.Equal((1L, 16_000L), (store.Jobs.List()[0].TensorsDone, store.Tenants.List()[0].Bytes));
        store.Tenants.Set("default", new TenantSettings());
        Assert.True(Import(store, model).Resumed);
        AssertGivesBack(store, model);
        AssertWhole(store);
    }

    [Fact]
    public void Literal_pieces_and_unfinished_tensors_count_against_the_quota_before_their_file_is_complete()
    {
        using IModelStore store = CreateStore();
        store.Tenants.Set("default", new TenantSettings(null, 50_000));
        TestModel model = new TestModel("m").Tensor("w", TensorDtype.U8, [20_000, 1000], TestModel.Noise(1, 20_000_000));

        Assert.Equal(StoreErrorCodes.QuotaBytes, CodeOf(() => Import(store, model)));
        Assert.Equal(0, store.Jobs.List()[0].NewBytes);
        Assert.Equal(StoreErrorCodes.QuotaBytes, CodeOf(() => Import(store, new TestModel("l").Literal(TestModel.Noise(2, 60_000)))));
        AssertWhole(store);
    }

    [Fact]
    public void A_quota_lowered_below_what_is_used_stops_what_adds_and_nothing_else()
    {
        using IModelStore store = CreateStore();
        byte[] weights = TestModel.Noise(1, 12_000);
        Import(store, new TestModel("m").Tensor("w", TensorDtype.F32, [3, 1000], weights));
        store.Tenants.Set("default", new TenantSettings(null, 5000));

        Import(store, new TestModel("again").Literal([1]).Tensor("w", TensorDtype.F32, [3, 1000], weights));
        Assert.Equal(StoreErrorCodes.QuotaBytes, CodeOf(() => Import(store, new TestModel("more").Tensor("w", TensorDtype.U8, [1], [1]))));
        store.RemoveModel(store.FindModel("again")!.ModelId);
        AssertWhole(store);
    }

    [Fact]
    public void A_tenant_with_models_or_jobs_is_removed_only_with_them()
    {
        using IModelStore store = CreateStore();
        store.Tenants.Add("gone", new TenantSettings());
        byte[] shared = TestModel.Noise(1, 12_000);
        TestModel kept = new TestModel("m").Tensor("w", TensorDtype.F32, [3, 1000], shared);
        Import(store, kept);
        using (IModelStore gone = store.ForTenant("gone"))
        {
            Import(gone, new TestModel("m").Literal([1])
                .Tensor("w", TensorDtype.F32, [3, 1000], shared).Tensor("own", TensorDtype.F32, [1, 1000], TestModel.Noise(2, 4000)));
            using IIngestSession session = gone.BeginIngest(Request("open"));
            byte[] content = TestModel.Noise(3, 1000);
            session.WritePayload(ContentHash.Of(content), content);
            session.AddTensor(0, new IngestedTensor(ContentHash.Of(content), 1000, []));
            session.Commit(1000);
            Assert.Equal(StoreErrorCodes.TenantNotEmpty, CodeOf(() => store.Tenants.Remove("gone", withModels: false)));
            Assert.Equal(StoreErrorCodes.JobRunning, CodeOf(() => store.Tenants.Remove("gone", withModels: true)));
        }

        Assert.Equal(new TenantRemoval(1, 2, 5000), store.Tenants.Remove("gone", withModels: true));
        AssertGivesBack(store, kept);
        AssertWhole(store);
        Assert.Equal((12_000L, 5000L), (store.GetStatistics().BytesStored, store.GetStatistics().BytesReclaimable));
    }

    private static string CodeOf(Action action) => Assert.Throws<StoreException>(action).Code;

    private static TestModel Renamed(TestModel model, string name)
    {
        using ModelSource source = model.Open();
        TestModel renamed = new(name);
        foreach (((string path, byte[] bytes), int i) in model.Files.Select((file, i) => (file, i)))
        {
            renamed.BeginFile(path);
            TensorInfo tensor = source.Metadata.Tensors[i];
            renamed.Tensor(tensor.Name, tensor.Dtype, [.. tensor.Shape.Dimensions], bytes);
        }

        return renamed;
    }
}
