using System.Runtime.InteropServices;
using System.Text.Json;
using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Compression;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Formats.SafeTensors;
using Hartonomous.Core.LinearAlgebra;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Compression;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Storage;

/// <summary>Low-rank factors: what stands for a tensor, what it costs, what is never lost by it.</summary>
public abstract partial class ModelStoreContract
{
    private const int FactorRows = 300;
    private const int FactorColumns = 400;

    [Fact]
    public void A_fine_tune_of_rank_16_compresses_against_its_base_to_rank_16()
    {
        using IModelStore store = CreateStore();
        Matrix weights = LowRankCompressorTests.Normal(FactorRows, FactorColumns, 1);
        Import(store, Weights("base", ("w", weights)));
        Import(store, Weights("tuned", ("w", Tuned(weights))));

        foreach (CompressionOptions options in new CompressionOptions[] { new() { MaxError = 1e-4 }, new() })
        {
            CompressionResult result = Assert.Single(Compress(store, "tuned", options, "base"));

            Assert.Equal((CompressionStatus.Compressed, 16, "base"), (result.Status, result.Rank, result.Against));
            Assert.InRange(result.RelativeError!.Value, 0, 1e-4);
            Assert.InRange(result.TensorError!.Value, 0, 1e-6);
            Assert.Equal((FactorRows * FactorColumns * 4L, (FactorRows + FactorColumns) * 16 * 4L), (result.BytesBefore, result.BytesAfter));
            AssertWhole(store);
        }

        StoredFactors stored = Assert.Single(store.Factors.List(store.FindModel("tuned")!.ModelId));
        Assert.Equal(("w", 16, "base", false), (stored.Tensor, stored.Layout.Rank, stored.Figures.BaseModel, stored.IsDropped));
        float[] rebuilt = Floats(store, stored.Content);
        Assert.InRange(RelativeDistance(Tuned(weights).Values, rebuilt), 0, 1e-6);
    }

    [Fact]
    public void A_dense_difference_is_left_alone_under_a_bound()
    {
        using IModelStore store = CreateStore();
        Matrix weights = LowRankCompressorTests.Normal(FactorRows, FactorColumns, 1);
        Matrix noise = LowRankCompressorTests.Normal(FactorRows, FactorColumns, 2);
        Import(store, Weights("base", ("w", weights), ("same", weights)));
        Import(store, Weights("tuned", ("w", Sum(weights, noise, 0.01f)), ("same", weights), ("other", noise)));
        long atoms = store.GetStatistics().Atoms;

        IReadOnlyList<CompressionResult> results = Compress(store, "tuned", new CompressionOptions { MaxError = 0.1 }, "base", drop: true);

        Assert.Equal([CompressionStatus.BoundMissed, CompressionStatus.NothingLeft, CompressionStatus.NoBase], results.Select(result => result.Status));
        Assert.InRange(results[0].RelativeError!.Value, 0.1, 1);
        Assert.Null(results[0].BytesAfter);
        Assert.Empty(store.Factors.List(store.FindModel("tuned")!.ModelId));
        Assert.Equal(atoms, store.GetStatistics().Atoms);
        AssertWhole(store);
    }

    [Fact]
    public void A_trial_stores_nothing()
    {
        using IModelStore store = CreateStore();
        Import(store, Weights("m", ("w", LowRank(1))));
        StoreStatistics before = store.GetStatistics();

        CompressionResult result = Assert.Single(Compress(store, "m", new CompressionOptions { Rank = 8 }, drop: true, trial: true));

        Assert.Equal((CompressionStatus.Compressed, 8, false), (result.Status, result.Rank, result.IsDropped));
        Assert.Empty(store.Factors.List(store.FindModel("m")!.ModelId));
        Assert.Equal(before, store.GetStatistics());
    }

    [Fact]
    public void Factors_are_counted_replaced_and_removed_with_their_model()
    {
        using IModelStore store = CreateStore();
        TestModel model = Weights("m", ("w", LowRank(1)), ("v", LowRank(2)));
        Import(store, model);
        StoreStatistics before = store.GetStatistics();
        Compress(store, "m", new CompressionOptions { Rank = 8 });
        StoreStatistics with = store.GetStatistics();

        Assert.Equal(2 * (FactorRows + FactorColumns) * 8 * 4L, with.BytesBeside);
        Assert.Equal(with.BytesBeside, with.BytesStored - before.BytesStored);
        AssertAddUp(with);
        AssertGivesBack(store, model);

        Compress(store, "m", new CompressionOptions { Rank = 4 });
        Assert.Equal(2 * (FactorRows + FactorColumns) * 4 * 4L, store.GetStatistics().BytesBeside);
        Assert.Equal([4, 4], store.Factors.List(store.FindModel("m")!.ModelId).Select(factors => factors.Layout.Rank));
        Compress(store, "m", new CompressionOptions { Rank = 4 });
        AssertWhole(store);

        store.RemoveModel(store.FindModel("m")!.ModelId);
        StoreStatistics after = store.GetStatistics();
        Assert.Equal((0L, 0L, 0L), (after.BytesStored, after.BytesBeside, after.Atoms));
        AssertWhole(store);
    }

    [Fact]
    public void A_dropped_original_is_gone_and_the_model_says_so()
    {
        using IModelStore store = CreateStore();
        using TempFolder folder = new();
        Matrix weights = LowRank(1);
        Import(store, Weights("m", ("w", weights), ("norm", LowRankCompressorTests.Normal(1, 64, 5))));
        CompressionResult result = Compress(store, "m", new CompressionOptions { Rank = 12 }, drop: true)[0];
        Assert.True(result.IsDropped);

        Assert.Equal(StoreErrorCodes.Reconstructed, CodeOf(() => new ModelExporter(store).Export("m", folder.File("m.safetensors"))));
        ExportResult export = new ModelExporter(store) { AllowsReconstructed = true }.Export("m", folder.File("m.safetensors"));

        Assert.Equal(["w"], export.Reconstructed);
        byte[] file = File.ReadAllBytes(folder.File("m.safetensors"));
        int length = (int)BitConverter.ToInt64(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        using JsonDocument mark = JsonDocument.Parse(header.RootElement.GetProperty("__metadata__").GetProperty("hartonomous.reconstructed").GetString()!);
        Assert.Equal(
            ContentHash.Of(MemoryMarshal.AsBytes(weights.Values.AsSpan())).ToString(),
            mark.RootElement.GetProperty("w").GetProperty("original_sha256").GetString());
        Assert.Equal("kept", header.RootElement.GetProperty("__metadata__").GetProperty("note").GetString());
        long begin = header.RootElement.GetProperty("w").GetProperty("data_offsets")[0].GetInt64();
        float[] values = MemoryMarshal.Cast<byte, float>(file.AsSpan(8 + length + (int)begin, weights.Values.Length * 4)).ToArray();
        Assert.Equal(result.TensorError!.Value, RelativeDistance(weights.Values, values), 1e-9);
        Assert.InRange(result.TensorError.Value, 0, 1e-5);

        StoreStatistics statistics = store.GetStatistics();
        Assert.Equal(weights.Values.Length * 4L, statistics.SavedByFactors);
        Assert.True(statistics.BytesReclaimable >= weights.Values.Length * 4L);
        AssertAddUp(statistics);
        AssertWhole(store);
        Assert.Equal(CompressionStatus.AlreadyDropped, Compress(store, "m", new CompressionOptions())[0].Status);
    }

    [Fact]
    public void What_another_model_or_tenant_has_is_never_dropped()
    {
        using IModelStore store = CreateStore();
        store.Tenants.Add("a", new TenantSettings());
        using IModelStore a = store.ForTenant("a");
        TestModel first = Weights("first", ("w", LowRank(1)), ("x", LowRank(2)));
        TestModel twin = Weights("twin", ("w", LowRank(1)));
        Import(store, first);
        Import(store, twin);
        Import(a, first);

        Assert.All(Compress(store, "first", new CompressionOptions { Rank = 12 }, drop: true), result => Assert.True(result.IsDropped));

        AssertGivesBack(store, twin);
        AssertGivesBack(a, first);
        Assert.Empty(a.Factors.List(a.FindModel("first")!.ModelId));
        Assert.Equal(StoreErrorCodes.StoreCorrupt, CodeOf(() => a.OpenAtom(store.Factors.List(store.FindModel("first")!.ModelId)[0].Content)));
        AssertWhole(store);
        store.RemoveModel(store.FindModel("first")!.ModelId);
        AssertGivesBack(store, twin);
        AssertGivesBack(a, first);
        AssertWhole(store);
    }

    [Fact]
    public void A_base_stays_as_long_as_factors_need_it()
    {
        using IModelStore store = CreateStore();
        Matrix weights = LowRankCompressorTests.Normal(FactorRows, FactorColumns, 1);
        Import(store, Weights("base", ("w", weights)));
        Import(store, Weights("tuned", ("w", Tuned(weights))));
        Compress(store, "tuned", new CompressionOptions(), "base", drop: true);
        store.RemoveModel(store.FindModel("base")!.ModelId);

        StoredTensor tensor = Assert.Single(store.ListTensors(store.FindModel("tuned")!.ModelId));
        Assert.InRange(RelativeDistance(Tuned(weights).Values, Floats(store, tensor.Info.Sha256!.Value)), 0, 1e-6);
        AssertAddUp(store.GetStatistics());
        AssertWhole(store);
        store.RemoveModel(store.FindModel("tuned")!.ModelId);
        Assert.Equal(0L, store.GetStatistics().BytesStored);
        AssertWhole(store);
    }

    [Fact]
    public void Quotas_count_factors()
    {
        using IModelStore store = CreateStore();
        store.Tenants.Add("a", new TenantSettings());
        using IModelStore a = store.ForTenant("a");
        TestModel model = Weights("m", ("w", LowRank(1)));
        Import(a, model);
        StoredTenant tenant = store.Tenants.Find("a")!;
        store.Tenants.Set("a", new TenantSettings(null, tenant.Bytes + 1000));

        Assert.Equal(StoreErrorCodes.QuotaBytes, CodeOf(() => Compress(a, "m", new CompressionOptions { Rank = 8 })));

        Assert.Empty(a.Factors.List(a.FindModel("m")!.ModelId));
        AssertGivesBack(a, model);
        store.Tenants.Set("a", new TenantSettings(null, tenant.Bytes + ((FactorRows + FactorColumns) * 8 * 4)));
        Compress(a, "m", new CompressionOptions { Rank = 8 });
        AssertWhole(store);
    }

    [Fact]
    public void Factors_expand_to_a_file_and_to_a_model()
    {
        using IModelStore store = CreateStore();
        using TempFolder folder = new();
        TestModel model = Weights("m", ("w", LowRank(1)), ("v", LowRank(2)));
        Import(store, model);
        ModelExpander expander = new(store);
        StoredModel stored = store.FindModel("m")!;
        Assert.Equal(CompressionErrorCodes.NoFactors, CodeOf(() => expander.Export(stored, null, folder.File("x.safetensors"))));
        Compress(store, "m", new CompressionOptions { Rank = 12 });

        ExpandResult file = expander.Export(stored, ["v"], folder.File("x.safetensors"));
        Assert.Equal("v", Assert.Single(file.Tensors).Tensor);
        byte[] bytes = File.ReadAllBytes(folder.File("x.safetensors"));
        float[] values = MemoryMarshal.Cast<byte, float>(bytes.AsSpan(^(FactorRows * FactorColumns * 4)..)).ToArray();
        Assert.InRange(RelativeDistance(LowRank(2).Values, values), 0, 1e-5);
        Assert.Equal(StoreErrorCodes.OutputExists, CodeOf(() => expander.Export(stored, null, folder.File("x.safetensors"))));
        Assert.Equal(CompressionErrorCodes.NoFactors, CodeOf(() => expander.Export(stored, ["absent"], folder.File("y.safetensors"))));

        ExpandResult made = expander.Store(stored, null, "rebuilt");
        Assert.Equal(2, made.Tensors.Count);
        Assert.Equal(StoreErrorCodes.ModelExists, CodeOf(() => expander.Store(stored, null, "M")));
        Assert.Equal(StoreErrorCodes.Reconstructed, CodeOf(() => new ModelExporter(store).Export("rebuilt", folder.File("z"))));
        AssertGivesBack(store, model);
        AssertAddUp(store.GetStatistics());
        AssertWhole(store);
    }

    [Fact]
    public void The_space_of_a_dropped_original_comes_back()
    {
        using IModelStore store = CreateStore();
        Import(store, Weights("m", ("w", LowRank(1))));
        Import(store, Weights("twin", ("v", LowRank(2))));
        Compress(store, "m", new CompressionOptions { Rank = 12 }, drop: true);
        Compress(store, "twin", new CompressionOptions { Rank = 12 });

        long before = store.GetStatistics().BytesOnDisk;

        store.Optimize(new OptimizeOptions(), null, CancellationToken.None);

        Assert.Equal(0, store.GetStatistics().BytesReclaimable);
        Assert.InRange(store.GetStatistics().BytesOnDisk, 1, before - (FactorRows * FactorColumns * 4 / 2));
        StoredTensor tensor = store.ListTensors(store.FindModel("m")!.ModelId).Single();
        Assert.InRange(RelativeDistance(LowRank(1).Values, Floats(store, tensor.Info.Sha256!.Value)), 0, 1e-5);
        Assert.Single(store.Factors.List(store.FindModel("twin")!.ModelId));
        AssertWhole(store);
    }

    [Fact]
    public void A_tensor_that_comes_from_factors_is_read_at_any_place()
    {
        using IModelStore store = CreateStore();
        Matrix weights = MatrixProduct.Multiply(LowRankCompressorTests.Normal(1300, 5, 1), LowRankCompressorTests.Normal(5, 1100, 2));
        Import(store, Weights("m", ("w", weights)));
        Compress(store, "m", new CompressionOptions { Rank = 5 }, drop: true);
        using ByteSource content = store.OpenAtom(Assert.Single(store.ListTensors(store.FindModel("m")!.ModelId)).Info.Sha256!.Value);
        byte[] whole = new byte[content.Length];
        content.ReadExactly(0, whole);

        Parallel.For(0, 40, i =>
        {
            int offset = (i * 7_919_003) % (whole.Length - 70_000);
            byte[] part = new byte[i * 1750];
            content.ReadExactly(offset, part);
            Assert.True(whole.AsSpan(offset, part.Length).SequenceEqual(part));
        });
    }

    private static IReadOnlyList<CompressionResult> Compress(
        IModelStore store, string name, CompressionOptions options, string? against = null, bool drop = false, bool trial = false)
    {
        StoredModel model = store.FindModel(name)!;
        CompressionRequest request = new(model, [.. store.ListTensors(model.ModelId)], options)
        {
            Against = against is null ? null : store.FindModel(against),
            DropOriginals = drop,
            IsTrial = trial,
        };
        return new ModelCompressor(store).Compress(request);
    }

    private static TestModel Weights(string name, params (string Name, Matrix Values)[] tensors)
    {
        TestModel model = new(name);
        model.Literal(SafeTensorsWriter.WriteHeader(
            tensors.Select(tensor => (tensor.Name, TensorDtype.F32, new TensorShape(tensor.Values.Rows, tensor.Values.Columns))),
            [KeyValuePair.Create("note", "kept")]));
        foreach ((string tensor, Matrix values) in tensors)
        {
            model.Tensor(tensor, TensorDtype.F32, [values.Rows, values.Columns], MemoryMarshal.AsBytes(values.Values.AsSpan()));
        }

        return model;
    }

    private static Matrix LowRank(int seed) =>
        MatrixProduct.Multiply(LowRankCompressorTests.Normal(FactorRows, 12, seed), LowRankCompressorTests.Normal(12, FactorColumns, seed + 100));

    private static Matrix Tuned(Matrix weights) => Sum(
        weights,
        MatrixProduct.Multiply(LowRankCompressorTests.Normal(weights.Rows, 16, 11), LowRankCompressorTests.Normal(16, weights.Columns, 12)),
        0.01f);

    private static Matrix Sum(Matrix weights, Matrix other, float factor)
    {
        Matrix sum = new(weights.Rows, weights.Columns);
        for (int i = 0; i < sum.Values.Length; i++)
        {
            sum.Values[i] = weights.Values[i] + (factor * other.Values[i]);
        }

        return sum;
    }

    private static float[] Floats(IModelStore store, ContentHash hash) => MemoryMarshal.Cast<byte, float>(ReadAtom(store, hash)).ToArray();

    private static double RelativeDistance(float[] values, float[] others) => Math.Sqrt(
        values.Zip(others, (a, b) => ((double)a - b) * ((double)a - b)).Sum() / values.Sum(value => (double)value * value));

    private static void AssertAddUp(StoreStatistics figures) => Assert.Equal(
        figures.BytesImported + figures.BytesBeside,
        figures.BytesStored + figures.SavedByFile + figures.SavedByTensor + figures.SavedByBlock + figures.SavedByFactors + figures.BytesInPlace);
}
