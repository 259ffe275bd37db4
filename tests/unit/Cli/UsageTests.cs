using Hartonomous.Cli;
using Hartonomous.Core.Formats;

namespace Hartonomous.Tests.Cli;

public class UsageTests
{
    [Theory]
    [InlineData]
    [InlineData("frobnicate")]
    [InlineData("models", "--frobnicate")]
    [InlineData("models", "stray")]
    [InlineData("import")]
    [InlineData("inspect")]
    [InlineData("inspect", "a", "b")]
    [InlineData("inspect", "")]
    [InlineData("tensors")]
    [InlineData("export", "--model", "m")]
    [InlineData("export", "--model", "m", "--output", "")]
    [InlineData("models", "--store")]
    [InlineData("models", "--store", "")]
    public void A_wrong_command_line_ends_with_2_and_says_why_on_standard_error(params string[] args)
    {
        using CliHost host = new();
        CliResult result = host.Run(args);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(string.Empty, result.Out);
        Assert.StartsWith("hart: USAGE: ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("frobnicate", "--json")]
    [InlineData("--json", "import")]
    [InlineData("models", "--json", "--frobnicate")]
    public void A_wrong_command_line_with_json_is_a_document(params string[] args)
    {
        using CliHost host = new();
        CliResult result = host.Run(args);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("USAGE", result.Json.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("code message", CliResult.Properties(result.Json.GetProperty("error")));
    }

    [Theory]
    [InlineData("inspect")]
    [InlineData("import")]
    [InlineData("models")]
    [InlineData("tensors")]
    [InlineData("export")]
    [InlineData("remove")]
    [InlineData("verify")]
    [InlineData("stats")]
    [InlineData("compare")]
    [InlineData("absorb")]
    public void Each_verb_has_help_with_examples(string verb)
    {
        using CliHost host = new();
        CliResult result = host.Run(verb, "--help");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("--store <DIR>", result.Out, StringComparison.Ordinal);
        Assert.Contains($"Examples:{Environment.NewLine}  hart {verb}", result.Out, StringComparison.Ordinal);
        Assert.Equal(string.Empty, result.Error);
    }

    [Fact]
    public void The_version_is_one_line()
    {
        using CliHost host = new();
        CliResult result = host.Run("--version");
        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^hart \d+\.\d+\.\d+\S*\r?\n$", result.Out);
    }

    [Fact]
    public void A_path_that_begins_with_an_at_sign_is_a_path()
    {
        using CliHost host = new();
        Assert.Equal(3, host.Run("inspect", "@absent").ExitCode);
    }

    [Fact]
    public void Every_kind_of_exception_has_a_code_and_an_exit_code()
    {
        Assert.Equal(("ACCESS_DENIED", 1), Of(new UnauthorizedAccessException("no")));
        Assert.Equal(("IO_ERROR", 1), Of(new IOException("no")));
        Assert.Equal(("INTERRUPTED", 130), Of(new OperationCanceledException()));
        Assert.Equal(("INTERNAL_ERROR", 1), Of(new InvalidOperationException("no")));
        Assert.Equal(("GGUF_MAGIC", 3), Of(new AggregateException(new ModelFormatException("GGUF_MAGIC", "f", 0, "no"))));

        static (string Code, int ExitCode) Of(Exception exception)
        {
            CliError error = CliError.Of(exception);
            return (error.Code, error.ExitCode);
        }
    }
}
