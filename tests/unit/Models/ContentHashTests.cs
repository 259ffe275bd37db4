using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Models;

public sealed class ContentHashTests
{
    private const string OfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private const string OfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void The_hash_is_the_one_that_sha256sum_gives()
    {
        Assert.Equal(OfNothing, ContentHash.Of([]).ToString());
        Assert.Equal(OfAbc, ContentHash.Of("abc"u8).ToString());
        Assert.Equal(
            "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880",
            ContentHash.Of([.. Enumerable.Range(0, 256).Select(value => (byte)value)]).ToString());
        Assert.Equal(
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
            ContentHash.Of([.. Enumerable.Repeat((byte)'a', 1_000_000)]).ToString());
    }

    [Fact]
    public void Either_case_of_digits_is_read_and_lower_case_is_written()
    {
        Assert.Equal(ContentHash.Of("abc"u8), ContentHash.Parse(OfAbc));
        Assert.Equal(OfAbc, ContentHash.Parse(OfAbc.ToUpperInvariant()).ToString());
        Assert.True(ContentHash.TryParse(OfAbc, out ContentHash hash));
        Assert.Equal(OfAbc, hash.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [InlineData("g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85 ")]
    [InlineData(" e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85\uff15")]
    public void A_text_that_is_not_64_digits_is_refused(string text)
    {
        Assert.False(ContentHash.TryParse(text, out ContentHash hash));
        Assert.Equal(default, hash);
        FormatException refusal = Assert.Throws<FormatException>(() => ContentHash.Parse(text));
        Assert.Contains("64 hexadecimal digits", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_null_text_is_refused()
    {
        Assert.False(ContentHash.TryParse(null, out _));
        Assert.Throws<ArgumentNullException>(() => ContentHash.Parse(null!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Bytes_that_are_not_32_are_refused(int length) => Assert.Throws<ArgumentException>(() => new ContentHash(new byte[length]));

    [Fact]
    public void The_bytes_come_back_as_they_went_in()
    {
        byte[] bytes = [.. Enumerable.Range(100, 32).Select(value => (byte)value)];
        ContentHash hash = new(bytes);
        Assert.Equal(bytes, hash.ToArray());
        byte[] longer = new byte[40];
        hash.CopyTo(longer);
        Assert.Equal(bytes, longer[..32]);
        Assert.Equal(new byte[8], longer[32..]);
    }

    [Fact]
    public void A_short_destination_is_refused_and_left_alone()
    {
        byte[] destination = new byte[31];
        Assert.Throws<ArgumentException>(() => ContentHash.Of("abc"u8).CopyTo(destination));
        Assert.Equal(new byte[31], destination);
    }

    [Fact]
    public void The_order_is_that_of_the_bytes()
    {
        for (int i = 0; i < ContentHash.Size; i++)
        {
            // 0x7f and 0x80 would change places as signed numbers; the later bytes all say the opposite.
            byte[] low = new byte[ContentHash.Size];
            byte[] high = new byte[ContentHash.Size];
            low[i] = 0x7f;
            high[i] = 0x80;
            low.AsSpan(i + 1).Fill(0xff);
            ContentHash lower = new(low);
            ContentHash higher = new(high);
            Assert.True(lower.CompareTo(higher) < 0);
            Assert.True(higher.CompareTo(lower) > 0);
            Assert.True(lower < higher && lower <= higher && higher > lower && higher >= lower);
            Assert.False(lower > higher || lower >= higher || lower == higher);
            Assert.True(string.CompareOrdinal(lower.ToString(), higher.ToString()) < 0);
        }
    }

    [Fact]
    public void Hashes_are_equal_when_all_32_bytes_are()
    {
        ContentHash hash = new(new byte[ContentHash.Size]);
        Assert.Equal(default, hash);
        Assert.Equal(0, hash.CompareTo(default));
        Assert.True(hash == default && hash <= default(ContentHash) && hash >= default(ContentHash));
        for (int i = 0; i < ContentHash.Size; i++)
        {
            byte[] bytes = new byte[ContentHash.Size];
            bytes[i] = 1;
            Assert.NotEqual(hash, new ContentHash(bytes));
            Assert.True(hash != new ContentHash(bytes));
        }

        Assert.Equal(ContentHash.Of("abc"u8).GetHashCode(), ContentHash.Parse(OfAbc).GetHashCode());
        Assert.False(hash.Equals((object)"text"));
    }
}
