using System.Text.Json;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

public sealed class SpatialVerbTests : IDisposable
{
    private readonly CliHost _host = new();
    private readonly byte[] _shared = TestModel.Noise(1, 900);

    public SpatialVerbTests()
    {
        byte[] near = [.. _shared];
        near[5] ^= 1;
        string first = _host.Folder.Write("first.safetensors", TinyModel.Build(
            ("w", _shared), ("zero", new byte[50]), ("ones", [.. Enumerable.Repeat((byte)1, 50)])));
        string second = _host.Folder.Write("second.safetensors", TinyModel.Build(("v", _shared), ("n", near), ("x", TestModel.Noise(9, 700))));
        Assert.Equal(0, _host.Run("import", first, second).ExitCode);
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Spatialize_says_what_it_made_and_find_what_it_found()
    {
        JsonElement made = _host.Run("spatialize", "--json").Json;
        Assert.Equal("space contents sizeBytes sketches projected zero nonFinite withoutHeads errors", CliResult.Properties(made));
        Assert.Equal((5, 1), (made.GetProperty("sketches").GetInt32(), made.GetProperty("zero").GetInt32()));
        Assert.Equal("projection dimension seed projectionId sketchId", CliResult.Properties(made.GetProperty("space")));

        JsonElement found = _host.Run("find", "--model", "first", "--tensor", "w", "--top", "2", "--refine", "--json").Json;
        Assert.Equal("strategy candidates exact certainty keys pending space searched results", CliResult.Properties(found));
        Assert.Equal("Signature", found.GetProperty("strategy").GetString());
        Assert.True(found.GetProperty("exact").GetBoolean());
        JsonElement[] results = [.. found.GetProperty("results").EnumerateArray()];
        Assert.Equal(["v", "n"], results.Select(result => result.GetProperty("tensor").GetString()));
        Assert.Equal(
            "model tensor tensorAtomId layerType layerIndex distance similarity weightSimilarity identical dtype shape sha256 tenant firstRow rowCount",
            CliResult.Properties(results[0]));
        Assert.Equal((true, false), (results[0].GetProperty("identical").GetBoolean(), results[1].GetProperty("identical").GetBoolean()));
        Assert.InRange(results[1].GetProperty("weightSimilarity").GetDouble(), 0.99, 0.99999999);
    }

    [Fact]
    public void A_tensor_is_named_by_model_by_file_or_by_key_and_by_one_of_them()
    {
        _host.Run("spatialize");
        string file = _host.Folder.Write("outside.safetensors", TinyModel.Build(("t", _shared)));
        JsonElement byFile = _host.Run("find", "--file", file, "--tensor", "t", "--top", "1", "--json").Json.GetProperty("results")[0];
        Assert.Equal(1, byFile.GetProperty("similarity").GetDouble(), 1e-6);
        string key = byFile.GetProperty("tensorAtomId").GetRawText();
        Assert.Equal(0, _host.Run("find", "--atom", key, "--json").ExitCode);
        Assert.Equal(0, _host.Run("find", "--atom", byFile.GetProperty("sha256").GetString()!, "--json").ExitCode);
        string[][] wrongs =
        [
            [], ["--model", "first"], ["--tensor", "w"], ["--atom", "1", "--tensor", "w"], ["--model", "first", "--file", file, "--tensor", "w"],
        ];
        foreach (string[] wrong in wrongs)
        {
            Assert.Equal(2, _host.Run(["find", .. wrong]).ExitCode);
        }

        Assert.Equal(2, _host.Run("find", "--model", "first", "--tensor", "w", "--top", "0").ExitCode);
        Assert.Equal(2, _host.Run("find", "--model", "first", "--tensor", "w", "--exact", "--strategy", "RTree").ExitCode);
        Assert.Contains("TENSOR_NOT_FOUND", _host.Run("find", "--model", "first", "--tensor", "none").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void People_are_told_of_zeros_of_constants_and_of_how_sure_the_answer_is()
    {
        Assert.Contains("SPATIAL_NO_KEYS", _host.Run("find", "--model", "first", "--tensor", "w").Error, StringComparison.Ordinal);
        Assert.Contains("New sketches", _host.Run("spatialize").Out, StringComparison.Ordinal);
        Assert.Contains("resembles nothing", _host.Run("find", "--model", "first", "--tensor", "zero").Error, StringComparison.Ordinal);
        Assert.Contains("the same number", _host.Run("find", "--model", "first", "--tensor", "ones").Error, StringComparison.Ordinal);
        CliResult found = _host.Run("find", "--model", "first", "--tensor", "w");
        Assert.Contains("identical", found.Out, StringComparison.Ordinal);
        Assert.Contains("the answer is certain", found.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Lineage_has_a_verdict_and_the_evidence()
    {
        _host.Run("spatialize");
        JsonElement lineage = _host.Run("lineage", "--model", "first", "--json").Json;
        Assert.Equal("model modelId verdict summary mergeExplained pending relatives", CliResult.Properties(lineage));
        JsonElement relative = lineage.GetProperty("relatives")[0];
        Assert.Equal("model modelId tenant verdict isDerived mergeWeight shares layers", CliResult.Properties(relative));
        Assert.Equal("identical rounded near far missing", CliResult.Properties(relative.GetProperty("shares")));
        Assert.Equal("tensor otherTensor layerType layerIndex kinship similarity relativeError", CliResult.Properties(relative.GetProperty("layers")[0]));
        Assert.Equal(("second", "Part"), (relative.GetProperty("model").GetString(), relative.GetProperty("verdict").GetString()));
        Assert.Contains("shares a part", _host.Run("lineage", "--model", "first", "--layers").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Locality_is_measured_or_refused_where_there_is_too_little()
    {
        _host.Run("spatialize");
        JsonElement report = _host.Run("locality", "--curve", "Morton3D", "--neighbors", "2", "--json").Json;
        Assert.Equal(
            "curve space sketches pairs spacePearson spaceSpearman keyPearson keySpearman sketchKeySpearman neighbors " +
            "spacePreservation keyPreservation chancePreservation",
            CliResult.Properties(report));
        Assert.Equal((4, 6), (report.GetProperty("sketches").GetInt32(), report.GetProperty("pairs").GetInt32()));
        Assert.Contains("SPATIAL_TOO_FEW", _host.Run("locality", "--model", "first").Error, StringComparison.Ordinal);
        Assert.Contains("MODEL_NOT_FOUND", _host.Run("locality", "--model", "none*").Error, StringComparison.Ordinal);
    }
}
