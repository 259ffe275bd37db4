using System.Text.Json;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

public sealed class PruneVerbTests : IDisposable
{
    private const string Up = "model.layers.0.mlp.up_proj.weight";
    private const string Query = "model.layers.0.self_attn.q_proj.weight";

    private readonly CliHost _host = new();

    public PruneVerbTests()
    {
        string file = _host.Folder.Write("m.safetensors", new FloatModel()
            .Add(Up, [4, 32], [.. FloatModel.Noise(1, 128).Select(value => value / 100)]).Add(Query, [4, 32], FloatModel.Noise(2, 128)).Build());
        Assert.Equal(0, _host.Run("import", file).ExitCode);
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Scores_are_made_stored_and_listed()
    {
        JsonElement scored = Json("score", "m", "--save", "--json", "--rows", "--blocks");
        Assert.Equal("Magnitude", scored.GetProperty("score").GetString());
        Assert.True(scored.GetProperty("saved").GetBoolean());
        Assert.Equal([4, 4], scored.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("rows").GetArrayLength()));
        JsonElement stored = Json("score", "m", "--stored", "--json");
        Assert.Equal([Up, Query], stored.GetProperty("scores").EnumerateArray().Select(score => score.GetProperty("name").GetString()));
        Assert.Contains(Up, _host.Run("score", "m", "--stored").Out, StringComparison.Ordinal);
        Assert.Equal(2, _host.Run("score", _host.Folder.File("m.safetensors"), "--save").ExitCode);
        Assert.Equal(1, _host.Run("score", "m", "--score", "wanda").ExitCode);
        Assert.Equal(2, _host.Run("score", "m", "--score", "7").ExitCode);
    }

    [Fact]
    public void A_dry_run_lists_what_the_run_then_does()
    {
        Json("score", "m", "--save", "--json");
        JsonElement dry = Json("prune", "--model", "m", "--score", "magnitude", "--lowest", "50%", "--dry-run", "--json");
        JsonElement only = Assert.Single(dry.GetProperty("pruned").EnumerateArray());
        Assert.Equal((Up, 512L), (only.GetProperty("tensor").GetString(), dry.GetProperty("freedBytes").GetInt64()));
        Assert.Equal(2, _host.Run("prune", "--model", "m", "--score", "magnitude", "--lowest", "50%").ExitCode);
        JsonElement done = Json("prune", "--model", "m", "--score", "magnitude", "--lowest", "50%", "--yes", "--json");
        Assert.Equal(only.GetProperty("sha256").GetString(), done.GetProperty("pruned")[0].GetProperty("sha256").GetString());
        JsonElement tensor = Json("tensors", "--model", "m", "--json").GetProperty("tensors")[0];
        Assert.Equal(only.GetProperty("sha256").GetString(), tensor.GetProperty("prunedFrom").GetString());
        Assert.Equal(1, Json("stats", "--json").GetProperty("prunedTensors").GetInt64());

        string output = _host.Folder.File("out.safetensors");
        CliResult refused = _host.Run("export", "--model", "m", "--output", output);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("EXPORT_PRUNED", refused.Error, StringComparison.Ordinal);
        JsonElement omitted = Json("export", "--model", "m", "--output", output, "--pruned", "omit", "--json");
        Assert.Equal("omitted", omitted.GetProperty("pruned").GetProperty("as").GetString());
        JsonElement file = omitted.GetProperty("files")[0];
        Assert.Equal(ContentHash.Of(File.ReadAllBytes(output)).ToString(), file.GetProperty("sha256").GetString());
        Assert.Equal(1, _host.Run("export", "--model", "m", "--output", output, "--overwrite", "--tensor", "*up*").ExitCode);
        Assert.Equal(0, _host.Run("export", "--model", "m", "--output", output, "--overwrite", "--tensor", "*q_proj*").ExitCode);
        Assert.Equal(0, _host.Run("optimize").ExitCode);
        Assert.True(Json("verify", "--full", "--json").GetProperty("ok").GetBoolean());
    }

    [Fact]
    public void A_policy_that_names_nothing_is_refused_and_an_unknown_model_prunes_none()
    {
        Assert.Equal(1, _host.Run("prune", "--model", "m", "--dry-run").ExitCode);
        CliResult missing = _host.Run("prune", "--model", "m", "no", "--tensor", "*", "--yes");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("MODEL_NOT_FOUND", missing.Error, StringComparison.Ordinal);
        Assert.Equal(0, Json("stats", "--json").GetProperty("prunedTensors").GetInt64());
    }

    [Fact]
    public void A_sparse_model_stands_beside_its_source()
    {
        JsonElement made = Json("sparsify", "--model", "m", "--name", "s", "--json");
        Assert.Equal("2:4", made.GetProperty("pattern").GetString());
        Assert.Equal([64L, 64L], made.GetProperty("tensors").EnumerateArray().Select(tensor => tensor.GetProperty("zeros").GetInt64()));
        Assert.Equal(2, Json("models", "--json").GetProperty("models").GetArrayLength());
        Assert.Equal(1, _host.Run("sparsify", "--model", "m", "--name", "t", "--pattern", "5:4").ExitCode);
        Assert.Contains("up_proj", _host.Run("sparsify", "--model", "m", "--name", "u", "--pattern", "25%", "--tensor", "*up*").Out, StringComparison.Ordinal);
    }

    private JsonElement Json(params string[] args)
    {
        CliResult result = _host.Run(args);
        Assert.True(result.ExitCode == 0, result.Error);
        return JsonDocument.Parse(result.Out).RootElement;
    }
}
