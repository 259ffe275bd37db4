using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Formats.Gguf;

/// <summary>Turning the byte order of blocks; where their numbers lie is taken from the structs of ggml-common.h.</summary>
public class GgufByteOrderTests
{
    [Fact]
    public void A_block_of_Q4_0_has_its_scale_turned()
    {
        byte[] stored = [0x3C, 0x01, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
        byte[] expected = [0x01, 0x3C, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];
        Assert.Equal(expected, Read(new ByteOrderByteSource(new MemoryByteSource("q4_0", stored), TensorDtype.Q4_0.Layout()), 0, 18));
    }

    [Theory]
    [InlineData(TensorDtype.Q4_0, 18)]
    [InlineData(TensorDtype.Q4_K, 144)]
    [InlineData(TensorDtype.Q8_K, 292)]
    [InlineData(TensorDtype.IQ2_XS, 74)]
    public void Every_range_of_turned_blocks_is_that_of_all_of_them(TensorDtype dtype, int blockSize)
    {
        const int Blocks = 3;
        byte[] stored = GgufBuilder.Bytes(Blocks * blockSize);
        byte[] expected = new byte[stored.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            expected[i] = stored[(i / blockSize * blockSize) + Partner(dtype, i % blockSize)];
        }

        ByteOrderByteSource turned = new(new MemoryByteSource("blocks", stored), dtype.Layout());
        Assert.Equal(expected.Length, turned.Length);
        for (int offset = 0; offset <= expected.Length; offset++)
        {
            for (int length = 0; length <= expected.Length - offset; length += length < 8 ? 1 : 13)
            {
                Assert.True(
                    expected.AsSpan(offset, length).SequenceEqual(Read(turned, offset, length)), $"{length} bytes from {offset} on differ");
            }
        }

        ByteOrderByteSource twice = new(turned, dtype.Layout());
        Assert.Equal(stored, Read(twice, 0, stored.Length));
    }

    // Q4_0: half d, 16 bytes. Q4_K: half d and dmin, 140 bytes. Q8_K: float d, 256 bytes, 16 shorts. IQ2_XS: half d, 32 shorts, 8 bytes.
    private static int Partner(TensorDtype dtype, int at) => dtype switch
    {
        TensorDtype.Q4_0 => at < 2 ? 1 - at : at,
        TensorDtype.Q4_K => at < 4 ? at ^ 1 : at,
        TensorDtype.Q8_K => at < 4 ? 3 - at : at < 260 ? at : at ^ 1,
        TensorDtype.IQ2_XS => at < 66 ? at ^ 1 : at,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
    };

    private static byte[] Read(ByteOrderByteSource source, int offset, int length)
    {
        byte[] bytes = new byte[length];
        source.ReadExactly(offset, bytes);
        return bytes;
    }
}
