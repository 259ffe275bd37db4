using System.Globalization;
using Hartonomous.Core.Atoms.Values;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Spatial.Sketches;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Search;

public abstract class SimilarTensorFinderTests : IDisposable
{
    private const int Values = 4000;
    private readonly SpatialStoreFixture _fixture;
    private readonly float[] _base = SketchContents.Normal(Values, 100);

    public static TheoryData<IndexStrategy> Strategies => new(Enum.GetValues<IndexStrategy>());

    private protected SimilarTensorFinderTests(StoreHome home) => _fixture = new SpatialStoreFixture(home);

    public void Dispose()
    {
        _fixture.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Relatives_are_found_in_the_order_of_their_cosine_by_every_strategy(IndexStrategy strategy)
    {
        StoredModel model = Plant();
        SimilarTensors found = Find(model, "base", new SimilarityOptions { Top = 4, Strategy = strategy, MaxCandidates = 100_000 });
        Assert.Equal(["twin", "c95", "c90", "c70"], found.Results.Select(result => result.Hit.Tensor.Info.Name));
        Assert.Equal([1, 0.95, 0.9, 0.7], found.Results.Select(result => (double)result.Hit.Similarity), Close(0.03));
        Assert.Equal([true, false, false, false], found.Results.Select(result => result.IsIdentical));
        Assert.Equal(0, found.Results[0].Hit.Distance, 1e-6);
        Assert.Equal((strategy, 0), (found.Strategy, found.Pending));
        Assert.NotEqual(Certainty.StoppedEarly, found.Certainty);
    }

    [Fact]
    public void A_search_that_may_not_look_at_all_says_that_it_stopped_early()
    {
        StoredModel model = Plant();
        SimilarTensors found = Find(model, "base", new SimilarityOptions { Top = 4, Strategy = IndexStrategy.KdTree, MaxCandidates = 2 });
        Assert.Equal((Certainty.StoppedEarly, 2), (found.Certainty, found.Candidates));
        Assert.Equal(Certainty.Certain, Find(model, "base", new SimilarityOptions { Strategy = IndexStrategy.Exact }).Certainty);
    }

    [Fact]
    public void Refined_answers_have_the_cosine_of_the_weights()
    {
        StoredModel model = Plant();
        SimilarTensors found = Find(model, "base", new SimilarityOptions { Top = 4, IsRefined = true });
        Assert.Equal([1, 0.95, 0.9, 0.7], found.Results.Select(result => result.WeightSimilarity!.Value), Close(1e-5));
    }

    [Fact]
    public void Filters_bound_the_answer()
    {
        StoredModel model = Plant();
        StoredModel other = _fixture.Store.FindModel("other")!;
        Assert.Equal(["c95", "c90"], Names(Find(model, "base", new SimilarityOptions { MinSimilarity = 0.85f }), except: "twin"));
        Assert.All(Find(model, "base", new SimilarityOptions { ModelIds = [other.ModelId] }).Results, result => Assert.Equal("other", result.Hit.Tensor.Model));
        Assert.Empty(Find(model, "base", new SimilarityOptions { LayerTypes = [LayerType.Embedding] }).Results);
        Assert.All(
            Find(model, "base", new SimilarityOptions { Top = 100, IsOfSameShape = true }).Results,
            result => Assert.Equal(Values, result.Hit.Tensor.Info.Shape.ElementCount));
        Assert.Equal(["twin"], Names(Find(model, "base", new SimilarityOptions { Radius = 1e-3 })));
        Assert.Single(Find(model, "base", new SimilarityOptions { Top = 1 }).Results);
    }

    [Fact]
    public void A_tensor_is_found_by_its_key_and_by_its_hash()
    {
        Plant();
        StoredTensor tensor = _fixture.Store.ListTensors(_fixture.Store.FindModel("other")!.ModelId).First(tensor => tensor.Info.Name == "c90");
        Assert.Equal("c90", SearchedTensor.InStore(_fixture.Store, tensor.TensorAtomId.ToString(CultureInfo.InvariantCulture)).Info.Name);
        Assert.Equal("c90", SearchedTensor.InStore(_fixture.Store, tensor.Info.Sha256!.Value.ToString()).Info.Name);
        StoreException error = Assert.Throws<StoreException>(() => SearchedTensor.InStore(_fixture.Store, "999999"));
        Assert.Equal(StoreErrorCodes.TensorNotFound, error.Code);
    }

    [Fact]
    public void A_tensor_of_an_unstored_file_finds_its_stored_twin()
    {
        Plant();
        using ModelSource file = new TestModel("outside").Tensor("x", TensorDtype.F32, [Values], SpatialStoreFixture.Bytes(_base)).Open();
        SimilarTensors found = SimilarTensorFinder.Find(_fixture.Store, SearchedTensor.InFile(ModelTensors.Of(file), "x"), new SimilarityOptions { Top = 2 });
        Assert.Equal(["base", "twin"], Names(found).Order());
        Assert.All(found.Results, result => Assert.Equal(1, result.Hit.Similarity, 1e-5f));
    }

    [Fact]
    public void Other_encodings_of_the_same_values_are_near_by_what_they_round()
    {
        float[] values = SketchContents.Normal(Values, 3);
        long[] shape = [Values];
        StoredModel model = SpatialStoreFixture.ImportTo(
            _fixture.Store, "m",
            ("f32", TensorDtype.F32, shape, SpatialStoreFixture.Bytes(values)),
            ("bf16", TensorDtype.BF16, shape, SketchContents.ToBFloat16(values)),
            ("f16", TensorDtype.F16, shape, SketchContents.ToHalf(values)),
            ("q8", TensorDtype.Q8_0, shape, SketchContents.ToQ8(values)));
        Spatializer.Run(_fixture.Store);
        SimilarTensors found = Find(model, "f32", new SimilarityOptions());
        Assert.Equal(["f16", "bf16", "q8"], Names(found));
        Assert.True(found.Results[^1].Hit.Similarity > 0.9999);
    }

    [Fact]
    public void Empty_zero_and_unreal_contents_resemble_nothing_and_nobody_resembles_them()
    {
        StoredModel model = _fixture.Import(
            "m", ("zero", new float[64]), ("more", new float[65]), ("nan", [.. Enumerable.Repeat(float.NaN, 64)]),
            ("inf", [.. Enumerable.Repeat(float.NegativeInfinity, 64)]), ("empty", []), ("noise", SketchContents.Normal(64, 1)));
        SpatializeResult result = Spatializer.Run(_fixture.Store);
        Assert.Equal((6, 5, 128, 0), (result.Sketches, result.Zero, result.NonFinite, result.Failures.Count));
        foreach (IndexStrategy strategy in Enum.GetValues<IndexStrategy>())
        {
            Assert.All(
                (string[])["zero", "more", "nan", "inf", "empty", "noise"],
                name => Assert.Empty(Find(model, name, new SimilarityOptions { Strategy = strategy }).Results));
        }
    }

    [Fact]
    public void Values_that_are_not_numbers_count_as_zero()
    {
        float[] holes = [.. _base];
        holes[5] = float.NaN;
        holes[7] = float.PositiveInfinity;
        float[] zeros = [.. _base];
        zeros[5] = zeros[7] = 0;
        StoredModel model = _fixture.Import("m", ("holes", holes), ("zeros", zeros));
        Spatializer.Run(_fixture.Store);
        SimilarTensors found = Find(model, "holes", new SimilarityOptions());
        Assert.Equal(1, Assert.Single(found.Results).Hit.Similarity, 1e-6f);
        Assert.Equal(2, found.Sketch.NonFinite);
    }

    [Fact]
    public void Constants_resemble_only_constants_of_the_same_number_and_length()
    {
        StoredModel model = SpatialStoreFixture.ImportTo(
            _fixture.Store, "m",
            ("ones", TensorDtype.F32, [64], Constant(64, 1)), ("twos", TensorDtype.F32, [64], Constant(64, 2)),
            ("minus", TensorDtype.F32, [64], Constant(64, -1)), ("longer", TensorDtype.F32, [65], Constant(65, 1)),
            ("half", TensorDtype.F16, [64], SketchContents.ToHalf([.. Enumerable.Repeat(1f, 64)])),
            ("nearly", TensorDtype.F32, [64], SpatialStoreFixture.Bytes([.. Enumerable.Range(0, 64).Select(i => i == 0 ? 1.01f : 1f)])));
        SpatialStoreFixture.ImportTo(_fixture.Store, "n", ("same", TensorDtype.F32, [64], Constant(64, 1)));
        Spatializer.Run(_fixture.Store);
        Assert.Equal(["half", "same"], Names(Find(model, "ones", new SimilarityOptions())).Order());
        Assert.Empty(Find(model, "twos", new SimilarityOptions()).Results);
        Assert.Empty(Find(model, "minus", new SimilarityOptions()).Results);
        Assert.Empty(Find(model, "nearly", new SimilarityOptions()).Results);
    }

    [Fact]
    public void A_tenant_sees_only_its_own_models()
    {
        _fixture.Store.Tenants.Add("alice", new TenantSettings(null, null, null));
        _fixture.Store.Tenants.Add("bob", new TenantSettings(null, null, null));
        using IModelStore alice = _fixture.Store.ForTenant("alice");
        using IModelStore bob = _fixture.Store.ForTenant("bob");
        byte[] content = SpatialStoreFixture.Bytes(_base);
        byte[] near = SpatialStoreFixture.Bytes(SketchContents.Pair(_base, SketchContents.Normal(Values, 9), 0.95).Y);
        StoredModel mine = SpatialStoreFixture.ImportTo(alice, "mine", ("t", TensorDtype.F32, [Values], content));
        StoredModel his = SpatialStoreFixture.ImportTo(bob, "his", ("t", TensorDtype.F32, [Values], content), ("near", TensorDtype.F32, [Values], near));
        using IModelStore all = _fixture.Store.ForTenant(TenantNames.All);
        Spatializer.Run(all);

        Assert.Empty(SimilarTensorFinder.Find(alice, SearchedTensor.InStore(alice, mine, "t")).Results);
        Assert.Equal(["near"], Names(SimilarTensorFinder.Find(bob, SearchedTensor.InStore(bob, his, "t"))));
        Assert.Equal(2, SimilarTensorFinder.Find(all, SearchedTensor.InStore(all, mine, "t")).Results.Count);
        Assert.Empty(alice.Spatial.ListTwins(mine.ModelId));
        Assert.Single(all.Spatial.ListTwins(mine.ModelId));
        long hisTensor = bob.ListTensors(his.ModelId).First().TensorAtomId;
        Assert.Null(alice.Spatial.FindTensor(hisTensor, null));
        Assert.Null(alice.Spatial.FindSketch(SpatialSpace.Default.Sketch, SpatialLevel.Tensor, ContentHash.Of(near), TensorDtype.F32, SpatialRows.Whole));
        Assert.Equal(1, alice.Spatial.OpenSketches(SpatialSpace.Default, SpatialLevel.Tensor, SpatialFilter.None).Count);
    }

    [Fact]
    public void What_was_imported_or_removed_since_the_last_search_counts()
    {
        StoredModel model = Plant();
        Assert.Equal(0, Find(model, "base", new SimilarityOptions()).Pending);
        StoredModel late = _fixture.Import("late", ("t", SketchContents.Pair(_base, SketchContents.Normal(Values, 77), 0.97).Y));
        SimilarTensors before = Find(model, "base", new SimilarityOptions { Top = 2 });
        Assert.Equal((1, "c95"), (before.Pending, before.Results[1].Hit.Tensor.Info.Name));

        Spatializer.Run(_fixture.Store);
        Assert.Equal("late", Find(model, "base", new SimilarityOptions { Top = 2 }).Results[1].Hit.Tensor.Model);
        _fixture.Store.RemoveModel(late.ModelId);
        Assert.Equal("c95", Find(model, "base", new SimilarityOptions { Top = 2 }).Results[1].Hit.Tensor.Info.Name);
    }

    [Fact]
    public void Rows_find_the_rows_of_other_tensors_that_are_like_them()
    {
        float[] row = SketchContents.Normal(128, 4);
        float[] first = [.. SketchContents.Normal(128, 5), .. row, .. SketchContents.Normal(128, 6)];
        float[] second = [.. row, .. SketchContents.Normal(128, 7)];
        StoredModel model = SpatialStoreFixture.ImportTo(
            _fixture.Store, "m", ("a", TensorDtype.F32, [3, 128], SpatialStoreFixture.Bytes(first)),
            ("b", TensorDtype.F32, [2, 128], SpatialStoreFixture.Bytes(second)));
        Spatializer.Run(_fixture.Store, new SpatializeOptions { Levels = [SpatialLevel.Row] });
        SimilarTensor found = Find(model, "a", new SimilarityOptions { Level = SpatialLevel.Row, Row = 1, Top = 1 }).Results.Single();
        Assert.Equal(("b", new SpatialRows(128, 0, 1)), (found.Hit.Tensor.Info.Name, found.Hit.Rows));
        Assert.Equal(1, found.Hit.Similarity, 1e-6f);
    }

    [Fact]
    public void Without_keys_a_search_says_so()
    {
        StoredModel model = _fixture.Import("m", ("t", _base));
        Assert.Equal(StoreErrorCodes.SpatialNoKeys, Assert.Throws<StoreException>(() => Find(model, "t", new SimilarityOptions())).Code);
    }

    private static byte[] Constant(int count, float value) => SpatialStoreFixture.Bytes([.. Enumerable.Repeat(value, count)]);

    private static EqualityComparer<double> Close(double tolerance) =>
        EqualityComparer<double>.Create((a, b) => Math.Abs(a - b) <= tolerance, _ => 0);

    private static IEnumerable<string> Names(SimilarTensors found, string? except = null) =>
        found.Results.Select(result => result.Hit.Tensor.Info.Name).Where(name => name != except);

    private SimilarTensors Find(StoredModel model, string tensor, SimilarityOptions options) =>
        SimilarTensorFinder.Find(_fixture.Store, SearchedTensor.InStore(_fixture.Store, model, tensor), options);

    // A base, its relatives in another model, and 60 strangers.
    private StoredModel Plant()
    {
        float[] Relative(double cosine, int seed) => SketchContents.Pair(_base, SketchContents.Normal(Values, seed), cosine).Y;
        StoredModel model = _fixture.Import(
            "first", [("base", _base), .. Enumerable.Range(0, 30).Select(i => ($"s{i}", SketchContents.Normal(1000 + i, 200 + i)))]);
        _fixture.Import("other", [("c70", Relative(0.7, 1)), ("twin", _base), ("c95", Relative(0.95, 2)), ("c90", Relative(0.9, 3)),
            .. Enumerable.Range(0, 30).Select(i => ($"r{i}", SketchContents.Normal(Values, 300 + i)))]);
        Spatializer.Run(_fixture.Store);
        return model;
    }
}
