using System.Text;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.TensorFlow;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.TensorFlow;

/// <summary>Snappy blocks written by hand from format_description.txt, right and wrong ones.</summary>
public class SnappyTests
{
    [Theory]
    [InlineData("00", "")]
    [InlineData("0308616263", "abc")] // literal of 3
    [InlineData("03F002616263", "abc")] // its length in a byte of its own
    [InlineData("03F40200616263", "abc")] // in two
    [InlineData("03F8020000616263", "abc")] // in three
    [InlineData("03FC02000000616263", "abc")] // in four
    [InlineData("0A08616263" + "0D03", "abcabcabca")] // copy of 7, one-byte offset 3, that reaches into itself
    [InlineData("060061060100" + "0A0100", "aaaaaa")] // two-byte offsets
    [InlineData("0500610F01000000", "aaaaa")] // four-byte offset
    public void Elements_of_every_kind_are_read(string block, string content)
    {
        Assert.Equal(content, Encoding.ASCII.GetString(Snappy.Decompress(Convert.FromHexString(block), 1000, "file", 0)));
    }

    [Fact]
    public void An_offset_of_eleven_bits_takes_its_high_bits_from_the_tag()
    {
        byte[] literal = [.. Enumerable.Range(0, 300).Select(i => (byte)(i % 251))];
        byte[] block = [0xB0, 0x02, 0xF4, 0x2B, 0x01, .. literal, 0b001_000_01, 0x2C]; // 304 bytes; copy of 4 from 0x12C = 300 back
        Assert.Equal([.. literal, 0, 1, 2, 3], Snappy.Decompress(block, 1000, "file", 0));
    }

    [Theory]
    [InlineData("", SnappyErrorCodes.Length)]
    [InlineData("FF", SnappyErrorCodes.Length)]
    [InlineData("FFFFFFFF1F00", SnappyErrorCodes.Length)] // more than 32 bits
    [InlineData("FFFFFFFF0F0061", SnappyErrorCodes.TooLarge)] // 4 GiB - 1
    [InlineData("E8070061", SnappyErrorCodes.Expansion)] // 1000 bytes of 2
    [InlineData("0308", SnappyErrorCodes.Truncated)]
    [InlineData("0308 6162", SnappyErrorCodes.Truncated)]
    [InlineData("03F0", SnappyErrorCodes.Truncated)]
    [InlineData("0500 61 05", SnappyErrorCodes.Truncated)]
    [InlineData("0500 61 0E 01", SnappyErrorCodes.Truncated)]
    [InlineData("0500 61 01 00", SnappyErrorCodes.Offset)]
    [InlineData("0500 61 01 02", SnappyErrorCodes.Offset)]
    [InlineData("0500 61 0F FFFFFFFF", SnappyErrorCodes.Offset)]
    [InlineData("0200 61 FC FFFFFFFF", SnappyErrorCodes.Overrun)]
    [InlineData("0200 61 1501", SnappyErrorCodes.Overrun)]
    [InlineData("0500 61", SnappyErrorCodes.Short)]
    public void Damaged_blocks_are_refused(string block, string code) =>
        Assert.Equal(code, Refusal(block.Replace(" ", string.Empty, StringComparison.Ordinal)).Code);

    [Fact]
    public void A_length_that_lies_costs_no_memory()
    {
        byte[] bomb = [0x80, 0x80, 0x80, 0x80, 0x0F, .. new byte[1000]];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelFormatException>(() => Snappy.Decompress(bomb, int.MaxValue, "file", 0));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void What_the_test_builder_compresses_comes_back()
    {
        byte[] content = [.. new byte[200], .. Enumerable.Range(0, 300).Select(i => (byte)(i / 7)), .. new byte[9]];
        Assert.Equal(content, Snappy.Decompress(TableBuilder.Snappy(content), 1000, "file", 0));
    }

    private static ModelFormatException Refusal(string block) =>
        Assert.Throws<ModelFormatException>(() => Snappy.Decompress(Convert.FromHexString(block), 1000, "file", 0));
}
