using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Tests.Storage;

public class SqlTextTests
{
    [Theory]
    [InlineData("blk.0.attn_q.weight", "blk.0.attn_q.weight")]
    [InlineData("日本語 🦙", "日本語 🦙")]
    [InlineData("with\0nul", "with\uF8FF0000nul")]
    [InlineData("a\tb\u007F", "a\uF8FF0009b\uF8FF007F")]
    [InlineData("D:\\models\\\"m\"", "D:\\models\\\"m\"")]
    [InlineData("\uF8FF", "\uF8FFF8FF")]
    public void Only_what_servers_do_not_keep_is_written_as_its_code(string text, string kept)
    {
        Assert.Equal(kept, SqlText.Encode(text));
        Assert.Equal(text, SqlText.Decode(kept));
    }

    [Fact]
    public void Halves_of_surrogate_pairs_come_back()
    {
        foreach (string text in (string[])["\uD83E", "a\uDD99", "\uDD99\uD83E", "\uD83E\uD83E\uDD99", "\uF8FF\0\uD83E"])
        {
            string kept = SqlText.Encode(text);
            Assert.DoesNotContain('\0', kept);
            Assert.Equal(text, SqlText.Decode(kept));
        }
    }

    [Theory]
    [InlineData("日本語\u3000🦙", "\"日本語\u3000🦙\"")]
    [InlineData("D:\\m\"\0", "\"D:\uF8FF005Cm\uF8FF0022\uF8FF0000\"")]
    [InlineData("\uF8FF0022", "\"\uF8FFF8FF0022\"")]
    public void As_json_a_text_has_no_escapes(string text, string json)
    {
        Assert.Equal(json, SqlText.ToJson(text));
        Assert.Equal(text, SqlText.Decode(json[1..^1]));
    }

    [Theory]
    [InlineData("\uF8FF")]
    [InlineData("\uF8FF12")]
    [InlineData("\uF8FFnone")]
    public void A_mark_without_a_code_is_left_as_it_is(string text) => Assert.Equal(text, SqlText.Decode(text));
}
