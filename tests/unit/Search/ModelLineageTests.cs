using Hartonomous.Core.Models;
using Hartonomous.Core.Search;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Storage;
using Hartonomous.Tests.Spatial.Sketches;

namespace Hartonomous.Tests.Search;

public sealed class ModelLineageTests : IDisposable
{
    private const int Layers = 6;
    private const int Values = 2048;
    private readonly SpatialStoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Verdicts_are_those_of_how_the_models_were_made()
    {
        float[][] original = Draw(1);
        float[][] tuned = Mix(original, Draw(2), 0.1f);
        Import("base", original);
        Import("copy", original, prefix: "renamed.");
        Import("tuned", tuned);
        Import("stranger", Draw(50));
        SpatialStoreFixture.ImportTo(_fixture.Store, "q8", [.. original.Select((values, i) =>
             ($"layers.{i}.w", TensorDtype.Q8_0, new long[] { Values }, SketchContents.ToQ8(values)))]);
        SpatialStoreFixture.ImportTo(_fixture.Store, "f16", [.. original.Select((values, i) =>
             ($"layers.{i}.w", TensorDtype.F16, new long[] { Values }, SketchContents.ToHalf(values)))]);
        Spatializer.Run(_fixture.Store);

        LineageResult ofBase = Find("base");
        Assert.Equal(
            [
                ("copy", LineageVerdict.Same, null), ("f16", LineageVerdict.Same, null), ("q8", LineageVerdict.Quantization, (bool?)false),
                ("tuned", LineageVerdict.FineTune, null),
            ],
            ofBase.Relatives.Select(relative => (relative.Model.Name, relative.Verdict, relative.IsDerived)));
        Assert.Equal(LineageVerdict.Same, ofBase.Verdict);
        Assert.All(ofBase.Relatives[0].Layers, layer => Assert.Equal(Kinship.Identical, layer.Kinship));
        Assert.All(ofBase.Relatives[2].Layers, layer => Assert.Equal(Kinship.Rounded, layer.Kinship));
        Assert.All(ofBase.Relatives[3].Layers, layer => Assert.Equal(Kinship.Near, layer.Kinship));
        Assert.All(ofBase.Relatives[3].Layers, layer => Assert.Equal(0.995, layer.Similarity!.Value, 0.005));
        Assert.Equal(1, ofBase.Relatives[2].Shares[Kinship.Rounded], 1e-9);

        LineageResult ofQuantized = Find("q8");
        Assert.Equal((LineageVerdict.Quantization, true), (ofQuantized.Verdict, ofQuantized.Relatives[0].IsDerived));
        Assert.Equal(LineageVerdict.FineTune, Find("tuned").Verdict);
        LineageResult ofStranger = Find("stranger");
        Assert.Equal((LineageVerdict.Unrelated, 0), (ofStranger.Verdict, ofStranger.Relatives.Count));
    }

    [Fact]
    public void A_mean_of_two_fine_tunes_is_a_merge_of_them_with_its_weights()
    {
        float[][] original = Draw(1);
        float[][] first = Mix(original, Draw(2), 0.3f);
        float[][] second = Mix(original, Draw(3), 0.3f);
        float[][] mean = [.. first.Zip(second, (a, b) => a.Zip(b, (x, y) => (0.7f * x) + (0.3f * y)).ToArray())];
        Import("first", first);
        Import("second", second);
        Import("mean", mean);
        Spatializer.Run(_fixture.Store);

        LineageResult result = Find("mean");
        Assert.Equal(LineageVerdict.Merge, result.Verdict);
        Assert.Equal(["first", "second"], result.Relatives.Select(relative => relative.Model.Name));
        Assert.Equal(0.7, result.Relatives[0].MergeWeight!.Value, 0.02);
        Assert.Equal(0.3, result.Relatives[1].MergeWeight!.Value, 0.02);
        Assert.Equal(1, result.MergeExplained!.Value, 1e-9);
        Assert.Equal(LineageVerdict.FineTune, Find("first").Verdict);
    }

    [Fact]
    public void Layers_taken_from_two_models_are_a_merge()
    {
        float[][] original = Draw(1);
        float[][] first = Mix(original, Draw(2), 0.3f);
        float[][] second = Mix(original, Draw(3), 0.3f);
        Import("first", first);
        Import("second", second);
        Import("franken", [.. first[..4], .. second[4..]]);
        Spatializer.Run(_fixture.Store);

        LineageResult result = Find("franken");
        Assert.Equal(LineageVerdict.Merge, result.Verdict);
        Assert.Equal([4.0 / 6, 2.0 / 6], result.Relatives.Select(relative => Math.Round(relative.MergeWeight!.Value, 6)), Close(1e-5));
        Assert.Equal([Kinship.Identical, Kinship.Near], result.Relatives[0].Layers.Select(layer => layer.Kinship).Distinct());
    }

    [Fact]
    public void Fine_tunes_of_one_model_are_no_merges()
    {
        float[][] original = Draw(1);
        Import("base", original);
        foreach (int seed in (int[])[2, 3, 4])
        {
            Import($"tuned{seed}", Mix(original, Draw(seed), 0.2f));
        }

        Spatializer.Run(_fixture.Store);
        Assert.All((string[])["base", "tuned2", "tuned3"], name => Assert.Equal(LineageVerdict.FineTune, Find(name).Verdict));
    }

    [Fact]
    public void A_model_that_another_one_holds_whole_is_a_part_of_it()
    {
        float[][] original = Draw(1);
        Import("small", original[..2]);
        Import("large", original);
        Spatializer.Run(_fixture.Store);
        LineageResult result = Find("small");
        Assert.Equal(LineageVerdict.Part, result.Verdict);
        Assert.Equal(2.0 / Layers, result.Relatives[0].Shares[Kinship.Identical], 1e-9);
        Assert.Equal(LineageVerdict.Part, Find("large").Verdict);
    }

    [Fact]
    public void Equal_constants_make_no_relatives()
    {
        _fixture.Import("a", ("norm.weight", [.. Enumerable.Repeat(1f, 500)]), ("norm.bias", new float[500]), ("w", SketchContents.Normal(100, 1)));
        _fixture.Import("b", ("norm.weight", [.. Enumerable.Repeat(1f, 500)]), ("norm.bias", new float[500]), ("w", SketchContents.Normal(100, 2)));
        _fixture.Import("c", ("norm.weight", [.. Enumerable.Repeat(2f, 500)]), ("w", SketchContents.Normal(100, 3)));
        Spatializer.Run(_fixture.Store);
        Assert.Equal(LineageVerdict.Unrelated, Find("a").Verdict);
        Assert.Equal(LineageVerdict.Unrelated, Find("c").Verdict);
    }

    [Fact]
    public void Locality_is_measured_on_the_stored_sketches()
    {
        Import("m", Draw(1));
        _fixture.Import("n", ("one", SketchContents.Normal(9, 1)), ("two", SketchContents.Normal(9, 2)));
        Spatializer.Run(_fixture.Store);
        (SpatialSpace space, Hartonomous.Core.Spatial.Locality.LocalityReport report) = LocalityRun.Measure(
            _fixture.Store, new LocalityOptions { Curve = CurveKind.Morton3D, Neighbors = 3 });
        Assert.Equal((SpatialSpace.Default, Layers + 2, (Layers + 2) * (Layers + 1) / 2), (space, report.Sketches, report.Pairs));
        long few = _fixture.Store.FindModel("n")!.ModelId;
        StoreException error = Assert.Throws<StoreException>(() => LocalityRun.Measure(_fixture.Store, new LocalityOptions { ModelIds = [few] }));
        Assert.Equal(StoreErrorCodes.SpatialTooFew, error.Code);
    }

    private static EqualityComparer<double> Close(double tolerance) =>
        EqualityComparer<double>.Create((a, b) => Math.Abs(a - b) <= tolerance, _ => 0);

    private static float[][] Draw(int seed) => [.. Enumerable.Range(0, Layers).Select(i => SketchContents.Normal(Values, (1000 * seed) + i))];

    private static float[][] Mix(float[][] values, float[][] noise, float share) =>
        [.. values.Zip(noise, (a, b) => a.Zip(b, (x, y) => x + (share * y)).ToArray())];

    private StoredModel Import(string name, float[][] layers, string prefix = "layers.") =>
        _fixture.Import(name, [.. layers.Select((values, i) => ($"{prefix}{i}.w", values))]);

    private LineageResult Find(string name) => ModelLineage.Find(_fixture.Store, _fixture.Store.FindModel(name)!);
}
