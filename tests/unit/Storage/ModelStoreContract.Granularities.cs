using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>Every cut of a tensor.</summary>
public abstract partial class ModelStoreContract
{
    [Theory]
    [InlineData(Granularity.Tensor, 2, 48_000)]
    [InlineData(Granularity.Block, 6, 24_000)]
    [InlineData(Granularity.Row, 6, 24_000)]
    public void Equal_parts_are_found_at_the_cut_that_was_chosen(Granularity granularity, int atoms, long bytes)
    {
        using IModelStore store = CreateStore();
        byte[] first = TestModel.Noise(1, 4000);
        byte[] rest = TestModel.Noise(2, 20_000);
        TestModel model = new TestModel("m")
            .Tensor("a", TensorDtype.F32, [6, 1000], [.. first, .. rest])
            .Tensor("b", TensorDtype.F32, [6, 1000], [.. rest, .. first]);

        ImportResult result = Import(store, model, granularity: granularity);

        Assert.Equal((atoms, bytes), (result.NewAtoms, result.NewBytes));
        AssertFiguresAddUp(store);
        AssertGivesBack(store, model);
        AssertWhole(store);
    }

    [Fact]
    public void Of_values_each_distinct_one_is_stored()
    {
        using IModelStore store = CreateStore();
        byte[] ternary = [.. Enumerable.Range(0, 9000).Select(i => (byte)(i * i % 7 % 3))];
        byte[] halves = [.. Enumerable.Range(0, 512).SelectMany(i => BitConverter.GetBytes((Half)(i % 16)))];
        TestModel model = new TestModel("m").Literal([1]).Tensor("t", TensorDtype.U8, [9, 1000], ternary).Tensor("h", TensorDtype.F16, [512], halves);

        ImportResult result = Import(store, model, granularity: Granularity.Value);

        Assert.Equal((3L + 16, 3L + 32), (result.NewAtoms, result.NewBytes));
        StoreStatistics figures = store.GetStatistics();
        Assert.Equal((35 + 1L, 9000 + 1024 - 35L), (figures.BytesStored, figures.SavedByBlock));
        AssertFiguresAddUp(store);
        AssertGivesBack(store, model);
        AssertWhole(store);
        Assert.Equal([ContentHash.Of(ternary), ContentHash.Of(halves)], store.ListTensors(result.ModelId).Select(tensor => tensor.Info.Sha256!.Value));
    }

    [Fact]
    public void A_tensor_stored_under_another_cut_is_used_as_it_is()
    {
        using IModelStore store = CreateStore();
        byte[] weights = TestModel.Noise(3, 24_000);
        Granularity[] cuts = Enum.GetValues<Granularity>();
        foreach (Granularity cut in cuts)
        {
            TestModel model = new TestModel($"{cut}").Literal([(byte)cut]).Tensor("w", TensorDtype.F32, [6, 1000], weights);
            ImportResult result = Import(store, model, granularity: cut);
            Assert.Equal(cut == cuts[0] ? 24_000 : 0, result.NewBytes);
        }

        Assert.Equal(24_000 + cuts.Length, store.GetStatistics().BytesStored);
        Assert.Equal(0, store.GetStatistics().BytesReclaimable);
        AssertFiguresAddUp(store);
        AssertWhole(store);
    }

    [Fact]
    public void A_row_that_came_in_as_a_tensor_cut_finer_is_used_as_a_part_and_outlives_that_tensor()
    {
        using IModelStore store = CreateStore();
        byte[] row = [.. Enumerable.Range(0, 1000).SelectMany(i => BitConverter.GetBytes((float)(i % 10)))];
        byte[] other = TestModel.Noise(5, 4000);
        Import(store, new TestModel("vector").Tensor("v", TensorDtype.F32, [1000], row), granularity: Granularity.Value);
        TestModel matrix = new TestModel("matrix").Tensor("w", TensorDtype.F32, [2, 1000], [.. row, .. other]);
        TestModel stack = new TestModel("stack").Literal([1]).Tensor("s", TensorDtype.F32, [4, 1000], [.. row, .. other, .. other, .. row]);

        ImportResult result = Import(store, matrix, granularity: Granularity.Row);
        Import(store, stack, granularity: Granularity.Row);

        Assert.Equal((1L, 4000L), (result.NewAtoms, result.NewBytes));
        Assert.Equal(40 + 4000 + 1, store.GetStatistics().BytesStored);
        AssertFiguresAddUp(store);
        store.RemoveModel(store.FindModel("vector")!.ModelId);
        AssertGivesBack(store, matrix);
        AssertGivesBack(store, stack);
        AssertWhole(store);

        store.RemoveModel(store.FindModel("matrix")!.ModelId);
        AssertGivesBack(store, stack);
        store.RemoveModel(store.FindModel("stack")!.ModelId);
        Assert.Equal((0L, 0L, 4040L), (store.GetStatistics().Atoms, store.GetStatistics().BytesStored, store.GetStatistics().BytesReclaimable));
        AssertWhole(store);
    }

    [Fact]
    public void A_tensor_that_a_cut_does_not_suit_is_cut_into_blocks_with_a_warning()
    {
        using IModelStore store = CreateStore();
        TestModel model = new TestModel("m")
            .Tensor("large", TensorDtype.U8, [1025, 1024], new byte[1025 * 1024])
            .Tensor("small", TensorDtype.U8, [4], [7, 8, 7, 8]);

        ImportResult result = Import(store, model, granularity: Granularity.Value);

        string warning = Assert.Single(result.Warnings);
        Assert.Contains("large", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("small", warning, StringComparison.Ordinal);

        // Blocks of four rows, one row left over, and the two values.
        Assert.Equal((4L, 4096 + 1024 + 2L), (result.NewAtoms, result.NewBytes));
        AssertGivesBack(store, model);
        AssertWhole(store);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void Any_sequence_of_imports_of_any_cut_and_tenant_and_removals_leaves_a_whole_store(int seed)
    {
        Random random = new(seed);
        using IModelStore store = CreateStore();
        store.Tenants.Add("other", new TenantSettings());
        using IModelStore other = store.ForTenant("other");
        List<(IModelStore Owner, TestModel Model)> models = [];
        byte[][] pool = [.. Enumerable.Range(0, 5).Select(i =>
            Enumerable.Range(0, 100 * random.Next(1, 6)).Select(_ => (byte)(random.Next(5) * i)).ToArray())];
        for (int step = 0; step < 20; step++)
        {
            if (models.Count > 3 && random.Next(3) == 0)
            {
                int gone = random.Next(models.Count);
                models[gone].Owner.RemoveModel(models[gone].Owner.FindModel(models[gone].Model.Name)!.ModelId);
                models.RemoveAt(gone);
                continue;
            }

            TestModel model = new($"model {step}");
            for (int tensor = random.Next(0, 4); tensor >= 0; tensor--)
            {
                byte[] content = [.. pool[random.Next(pool.Length)], .. random.Next(2) == 0 ? pool[random.Next(pool.Length)] : []];
                model.Literal(TestModel.Noise(random.Next(3), random.Next(3) == 0 ? 9000 : random.Next(40)));
                model.Tensor($"t{tensor}", TensorDtype.U8, [content.Length / 100, 100], content, contiguous: random.Next(4) > 0);
            }

            IModelStore owner = random.Next(2) == 0 ? store : other;
            Import(owner, model, granularity: (Granularity)random.Next(4));
            models.Add((owner, model));
        }

        foreach ((IModelStore owner, TestModel model) in models)
        {
            AssertGivesBack(owner, model);
        }

        AssertFiguresAddUp(store);
        AssertFiguresAddUp(other);
        using IModelStore all = store.ForTenant(TenantNames.All);
        AssertFiguresAddUp(all);
        Assert.Equal(models.Sum(entry => entry.Model.Files.Sum(file => (long)file.Bytes.Length)), all.GetStatistics().BytesImported);
        AssertWhole(store);
    }

    protected static void AssertFiguresAddUp(IModelStore store)
    {
        StoreStatistics figures = store.GetStatistics();
        Assert.Equal(
            figures.BytesImported + figures.BytesBeside,
            figures.BytesStored + figures.SavedByFile + figures.SavedByTensor + figures.SavedByBlock);
        Assert.All([figures.SavedByFile, figures.SavedByTensor, figures.SavedByBlock], saved => Assert.True(saved >= 0, $"{saved} bytes saved"));
    }
}
