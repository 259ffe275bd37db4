using Hartonomous.Cli.Output;

namespace Hartonomous.Tests.Cli;

public class SafeTextTests
{
    [Theory]
    [InlineData("blk.0.attn_q.weight", "blk.0.attn_q.weight")]
    [InlineData("große 重み 🦙", "große 重み 🦙")]
    [InlineData("a\u001b[31mred", "a\\u001B[31mred")]
    [InlineData("one\r\ntwo\t\0", "one\\u000D\\u000Atwo\\u0009\\u0000")]
    [InlineData("\u009b2J", "\\u009B2J")]
    [InlineData("gpj.\u202Eexe", "gpj.\\u202Eexe")]
    [InlineData("a\u2066b\u2069", "a\\u2066b\\u2069")]
    [InlineData("zero\u200Bwidth", "zero\\u200Bwidth")]
    [InlineData("line\u2028end\u2029", "line\\u2028end\\u2029")]
    [InlineData("tag\U000E0041", "tag\\U000E0041")]
    public void Characters_that_do_something_are_shown_as_escapes(string text, string expected) =>
        Assert.Equal(expected, SafeText.Show(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_shown_as_an_escape() =>
        Assert.Equal("a\\uD83Eb", SafeText.Show(new string(['a', '\uD83E', 'b'])));

    [Fact]
    public void Text_is_cut_with_an_ellipsis_and_never_within_a_pair()
    {
        Assert.Equal("abcdef", SafeText.Show("abcdef", 6));
        Assert.Equal("abcde…", SafeText.Show("abcdefg", 6));
        Assert.Equal("abcd…", SafeText.Show("abcd🦙xyz", 6));
    }

    [Fact]
    public void Markup_of_the_console_library_is_doubled() => Assert.Equal("[[red]]x[[/]]\\u001B", SafeText.Markup("[red]x[/]\u001b", 40));
}
