using System.Text;
using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Tests.Formats.IO;

/// <summary>CRC-32C against the vectors of RFC 3720, B.4, and LevelDB's mask.</summary>
public class Crc32CTests
{
    [Fact]
    public void The_vectors_of_the_specification_agree()
    {
        Assert.Equal(0x8A9136AAu, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62A8AB43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0xE3069283u, Crc32C.Of(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void Pieces_give_the_checksum_of_the_whole()
    {
        byte[] bytes = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        uint crc = Crc32C.Start;
        foreach (byte[] piece in bytes.Chunk(5))
        {
            crc = Crc32C.Append(crc, piece);
        }

        Assert.Equal(0x46DD794Eu, Crc32C.Finish(crc));
    }

    // Computed bit by bit from the polynomial 82F63B78, of bytes i² + 7 i + i / 256; the lengths lie around those that go through side by side.
    [Theory]
    [InlineData(12287, 0xE2182745u)]
    [InlineData(12288, 0x7E1A17C4u)]
    [InlineData(12289, 0x66F7B12Cu)]
    [InlineData(24576, 0x6C89C9E5u)]
    [InlineData(40000, 0xFDD37138u)]
    public void Long_runs_of_bytes_agree(int length, uint expected) =>
        Assert.Equal(expected, Crc32C.Of([.. Enumerable.Range(0, length).Select(i => (byte)((i * i) + (7 * i) + (i >> 8)))]));

    // The value 0.5 in a checkpoint that TensorFlow wrote: bytes 00 00 00 3F, entry 1F273806.
    [Fact]
    public void The_mask_is_that_of_TensorFlow() => Assert.Equal(0x1F273806u, Crc32C.Mask(Crc32C.Of([0x00, 0x00, 0x00, 0x3F])));
}
