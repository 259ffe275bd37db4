using System.Text.Json;

namespace Hartonomous.Tests.Cli;

public class RemoveVerbTests
{
    [Fact]
    public void Without_a_terminal_removal_needs_yes()
    {
        using CliHost host = new() { Input = "y\n" };
        ImportTwo(host);
        CliResult result = host.Run("remove", "--model", "a");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--yes", result.Error, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], Names(host));
    }

    [Theory]
    [InlineData("y\n", 0, "b")]
    [InlineData("YES\n", 0, "b")]
    [InlineData("n\n", 1, "a b")]
    [InlineData("\n", 1, "a b")]
    [InlineData("", 1, "a b")]
    public void At_a_terminal_the_answer_decides(string answer, int exitCode, string left)
    {
        using CliHost host = new() { IsTerminal = true, Input = answer };
        ImportTwo(host);
        CliResult result = host.Run("remove", "--model", "a", "--no-progress");
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains("[y/N]", result.Error, StringComparison.Ordinal);
        Assert.Equal(left.Split(' '), Names(host));
    }

    [Fact]
    public void Json_never_asks()
    {
        using CliHost host = new() { IsTerminal = true, Input = "y\n" };
        ImportTwo(host);
        Assert.Equal(2, host.Run("remove", "--model", "a", "--json").ExitCode);
    }

    [Fact]
    public void The_document_has_the_documented_properties_and_a_model_named_twice_is_removed_once()
    {
        using CliHost host = new();
        ImportTwo(host);
        CliResult result = host.Run("remove", "--model", "a", "A", "--model", "b", "--yes", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("removed", CliResult.Properties(result.Json));
        JsonElement[] removed = [.. result.Json.GetProperty("removed").EnumerateArray()];
        Assert.Equal(["a", "b"], removed.Select(model => model.GetProperty("model").GetString()));
        Assert.Equal("model modelId tensors releasedAtoms releasedBytes", CliResult.Properties(removed[0]));
        Assert.Empty(Names(host));
    }

    [Fact]
    public void A_mistyped_name_removes_nothing()
    {
        using CliHost host = new();
        ImportTwo(host);
        Assert.Equal(1, host.Run("remove", "--model", "a", "c", "--yes").ExitCode);
        Assert.Equal(["a", "b"], Names(host));
    }

    private static void ImportTwo(CliHost host)
    {
        string a = host.Folder.Write("a.safetensors", TinyModel.Build(("x", [1, 2, 3])));
        string b = host.Folder.Write("b.safetensors", TinyModel.Build(("x", [4, 5, 6])));
        Assert.Equal(0, host.Run("import", a, b, "--no-progress").ExitCode);
    }

    private static IEnumerable<string> Names(CliHost host) =>
        host.Run("models", "--json").Json.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()!);
}
