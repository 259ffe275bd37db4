using System.Text.Json;
using Hartonomous.Cli;

namespace Hartonomous.Tests.Cli;

/// <summary>Parts, shards and models in place on the command line.</summary>
public class PartVerbTests
{
    private static readonly string Base = RepositoryFiles.Sample("tiny-base.safetensors");

    [Fact]
    public void Export_writes_a_selection()
    {
        using CliHost host = new();
        host.Run("import", Base);
        string output = host.Folder.File("norms.safetensors");

        CliResult result = host.Run("export", "--model", "tiny-base", "--tensor", "*norm.weight", "--output", output, "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(output, result.Json.GetProperty("files")[0].GetProperty("path").GetString());
        Assert.Equal(5, host.Run("inspect", output, "--json").Json.GetProperty("tensors").GetArrayLength());
        Assert.Equal("subset", host.Run("compare", "tiny-base", output, "--json").Json.GetProperty("verdict").GetString());
    }

    [Fact]
    public void Export_writes_shards()
    {
        using CliHost host = new();
        host.Run("import", Base);
        string output = Path.Combine(host.Folder.Root, "shards");

        CliResult result = host.Run("export", "--model", "tiny-base", "--shard-size", "100KB", "--output", output, "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.True(result.Json.GetProperty("files").GetArrayLength() > 3);
        Assert.Equal("copy", host.Run("compare", "tiny-base", output, "--json").Json.GetProperty("verdict").GetString());
    }

    [Theory]
    [InlineData("2GB", 2_000_000_000)]
    [InlineData("1.5 GiB", 1_610_612_736)]
    [InlineData("500mb", 500_000_000)]
    [InlineData("4096", 4096)]
    [InlineData("10B", 10)]
    public void A_size_is_a_number_with_a_unit(string text, long expected)
    {
        Assert.True(SizeText.TryParse(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2XB")]
    [InlineData("99999999999999TB")]
    public void A_size_that_is_none_is_refused(string text)
    {
        Assert.False(SizeText.TryParse(text, out _));
        using CliHost host = new();
        Assert.Equal(2, host.Run("export", "--model", "m", "--output", "x", $"--shard-size={text}").ExitCode);
    }

    [Fact]
    public void A_model_in_place_is_absorbed()
    {
        using CliHost host = new();
        string path = host.Folder.Write("m.safetensors", File.ReadAllBytes(Base));

        JsonElement import = host.Run("import", path, "--in-place", "--json").Json.GetProperty("imports")[0];
        JsonElement before = host.Run("stats", "--json").Json;
        CliResult absorbed = host.Run("absorb", "--model", "m", "--json");

        long inPlace = import.GetProperty("inPlaceBytes").GetInt64();
        Assert.True(inPlace > 300_000);
        Assert.Equal(inPlace, before.GetProperty("bytesInPlace").GetInt64());
        Assert.Equal("absorbed", CliResult.Properties(absorbed.Json));
        Assert.Equal("model modelId absorbedAtoms absorbedBytes", CliResult.Properties(absorbed.Json.GetProperty("absorbed")[0]));
        Assert.Equal(inPlace, absorbed.Json.GetProperty("absorbed")[0].GetProperty("absorbedBytes").GetInt64());
        Assert.Equal(0, host.Run("stats", "--json").Json.GetProperty("bytesInPlace").GetInt64());
    }
}
