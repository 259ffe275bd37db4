using System.Text.Json;

namespace Hartonomous.Tests.Cli;

public class CompressVerbTests
{
    private static readonly string Base = RepositoryFiles.Sample("tiny-base.safetensors");
    private static readonly string FineTune = RepositoryFiles.Sample("tiny-finetune.safetensors");
    private static readonly string Quantized = RepositoryFiles.Sample("tiny-q8.gguf");

    [Fact]
    public void The_document_has_the_documented_properties()
    {
        using CliHost host = new();
        host.Run("import", Base, FineTune);
        CliResult run = host.Run(
            "compress", "--model", "tiny-base", "--tensor", "lm_head*", "--tensor", "*norm.weight", "--min-elements", "100", "--rank", "8", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("model trial results", CliResult.Properties(run.Json));
        JsonElement[] results = [.. run.Json.GetProperty("results").EnumerateArray()];
        Assert.Equal(
            "model tensor status against rows columns rank relativeError spectralError tensorError energy ratio bytesBefore bytesAfter dropped seconds",
            CliResult.Properties(results[0]));
        JsonElement head = results.Single(result => result.GetProperty("tensor").GetString() == "lm_head.weight");
        Assert.Equal("Compressed", head.GetProperty("status").GetString());
        Assert.Equal((288, 64, 8), (head.GetProperty("rows").GetInt32(), head.GetProperty("columns").GetInt32(), head.GetProperty("rank").GetInt32()));
        Assert.Equal((288 * 64 * 4, (288 + 64) * 8 * 4), (head.GetProperty("bytesBefore").GetInt32(), head.GetProperty("bytesAfter").GetInt32()));
        Assert.InRange(head.GetProperty("relativeError").GetDouble(), 0.1, 1);
        Assert.All(results.Where(result => result.GetProperty("tensor").GetString() != "lm_head.weight"), result =>
            Assert.Equal("TooSmall", result.GetProperty("status").GetString()));

        CliResult table = host.Run("compress", "--model", "tiny-base", "--tensor", "lm_head*", "--min-elements", "1", "--rank", "8");
        Assert.Matches(@"lm_head\.weight +Compressed +8 ", table.Out);
        Assert.Equal(0, host.Run("verify", "--full").ExitCode);
    }

    [Fact]
    public void A_dropped_original_is_exported_only_on_request()
    {
        using CliHost host = new();
        host.Run("import", Quantized);
        string[] compress = ["compress", "--model", "tiny-q8", "--min-elements", "10000", "--rank", "4", "--drop-original", "--json"];
        Assert.Equal(2, host.Run(compress).ExitCode);
        CliResult run = host.Run([.. compress, "--yes"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(run.Json.GetProperty("results").EnumerateArray(), result => result.GetProperty("dropped").GetBoolean());

        string output = host.Folder.File("out.gguf");
        CliResult refused = host.Run("export", "--model", "tiny-q8", "--output", output, "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal("EXPORT_RECONSTRUCTED", refused.Json.GetProperty("error").GetProperty("code").GetString());
        CliResult part = host.Run("export", "--model", "tiny-q8", "--tensor", "*", "--output", output, "--json");
        Assert.Equal("EXPORT_RECONSTRUCTED", part.Json.GetProperty("error").GetProperty("code").GetString());

        CliResult export = host.Run("export", "--model", "tiny-q8", "--output", output, "--allow-reconstructed", "--json");
        Assert.Equal(0, export.ExitCode);
        Assert.NotEqual(0, export.Json.GetProperty("reconstructed").GetArrayLength());
        JsonElement file = host.Run("inspect", output, "--json").Json;
        Assert.True(file.GetProperty("metadata").TryGetProperty("hartonomous.reconstructed", out _));
        Assert.Contains(file.GetProperty("tensors").EnumerateArray(), tensor => tensor.GetProperty("dtype").GetString() == "F16");
        Assert.Equal(0, host.Run("verify", "--full").ExitCode);
    }

    [Fact]
    public void Expand_has_the_documented_properties()
    {
        using CliHost host = new();
        host.Run("import", Base);
        string output = host.Folder.File("x.safetensors");
        JsonElement none = host.Run("expand", "--model", "tiny-base", "--output", output, "--json").Json;
        Assert.Equal("FACTORS_NOT_FOUND", none.GetProperty("error").GetProperty("code").GetString());
        host.Run("compress", "--model", "tiny-base", "--tensor", "*mlp*", "--min-elements", "1", "--rank", "8");

        JsonElement document = host.Run("expand", "--model", "tiny-base", "--output", output, "--json").Json;
        Assert.Equal("model path newModel sizeBytes tensors seconds", CliResult.Properties(document));
        JsonElement tensor = document.GetProperty("tensors")[0];
        Assert.Equal("name dtype rank relativeError tensorError sizeBytes sha256", CliResult.Properties(tensor));
        Assert.Equal("BF16", tensor.GetProperty("dtype").GetString());
        JsonElement inspected = host.Run("inspect", output, "--hash", "--json").Json.GetProperty("tensors").EnumerateArray()
            .Single(candidate => candidate.GetProperty("name").GetString() == tensor.GetProperty("name").GetString());
        Assert.Equal(tensor.GetProperty("sha256").GetString(), inspected.GetProperty("sha256").GetString());

        Assert.Equal(0, host.Run("expand", "--model", "tiny-base", "--as", "rebuilt", "--json").ExitCode);
        Assert.Equal(2, host.Run("models", "--json").Json.GetProperty("models").GetArrayLength());
        Assert.Equal(2, host.Run("expand", "--model", "tiny-base").ExitCode);
    }

    [Theory]
    [InlineData("--max-error", "1")]
    [InlineData("--min-energy", "0")]
    [InlineData("--rank", "0")]
    [InlineData("--factor-type", "Q8_0")]
    public void Options_that_make_no_sense_are_wrong_usage(params string[] option)
    {
        using CliHost host = new();
        host.Run("import", Base);
        Assert.Equal(2, host.Run(["compress", "--model", "tiny-base", .. option]).ExitCode);
    }

    [Fact]
    public void A_trial_changes_nothing()
    {
        using CliHost host = new();
        host.Run("import", Base);
        string before = host.Run("stats", "--json").Out;
        CliResult run = host.Run("compress", "--model", "tiny-base", "--min-elements", "1", "--rank", "8", "--drop-original", "--what-if", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.True(run.Json.GetProperty("trial").GetBoolean());
        Assert.Equal(before, host.Run("stats", "--json").Out);
    }
}
