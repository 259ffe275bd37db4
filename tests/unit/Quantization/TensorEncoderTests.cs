using System.Security.Cryptography;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Quantization;

public sealed class TensorEncoderTests
{
    /// <summary>SHA-256 of what ggml's own quantizers (August 2026, built without and with FMA alike) make of <see cref="Values"/>.</summary>
    [Theory]
    [InlineData(TensorDtype.Q4_0, "3a4ffdae0bb2922367a13b7ff5ab00637ce0e4b2cf09a6513addd51736c01e5b")]
    [InlineData(TensorDtype.Q8_0, "52b06ecfa5ac4daa56766a3607fa864c65595a2d186e1d0c655d8bd174cc429f")]
    [InlineData(TensorDtype.F16, "187e810f606e5afd857377998446fefda4a45d1f7f55734d141ac1b705e103b1")]
    [InlineData(TensorDtype.BF16, "66abb4c2aa4a8243f9d37b714b6d7ee04c520c308eb7bb5787366fa828569263")]
    public void Bytes_are_those_of_ggml(TensorDtype dtype, string sha256) =>
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Encode(dtype, Values()))));

    [Theory]
    [InlineData(TensorDtype.F32)]
    [InlineData(TensorDtype.F16)]
    [InlineData(TensorDtype.BF16)]
    [InlineData(TensorDtype.Q8_0)]
    public void What_ggml_wrote_comes_back_from_its_values(TensorDtype dtype)
    {
        using ModelSource model = ModelReader.Open(ModelReader.Locate(TestData.Local(Path.Combine("gguf", "quant-reference.gguf")))[0]);
        TensorInfo tensor = model.Metadata.Tensors.First(candidate => candidate.Dtype == dtype);
        using ByteSource content = model.OpenTensor(tensor);
        byte[] stored = new byte[content.Length];
        content.ReadExactly(0, stored);
        float[] values = DecodeSamples.Decode(dtype, stored, (int)tensor.Shape.ElementCount);
        Assert.Equal(stored, Encode(dtype, values));
    }

    [Fact]
    public void Every_binary16_survives_and_NaN_becomes_quiet()
    {
        byte[] source = new byte[131_072];
        for (int code = 0; code < 65_536; code++)
        {
            int quiet = (code & 0x7FFF) > 0x7C00 ? code | 0x200 : code;
            (source[2 * code], source[(2 * code) + 1]) = ((byte)quiet, (byte)(quiet >> 8));
        }

        Assert.Equal(source, Encode(TensorDtype.F16, DecodeSamples.Decode(TensorDtype.F16, source, 65_536)));
    }

    /// <summary>Bits of float32, and of the nearest binary16 by IEEE 754.</summary>
    [Theory]
    [InlineData(0x477FEFFFu, 0x7BFF)] // just below 65520
    [InlineData(0x477FF000u, 0x7C00)] // 65520, halfway to 65536
    [InlineData(0xFF800000u, 0xFC00)]
    [InlineData(0x33000000u, 0x0000)] // 2^-25, a tie to 0
    [InlineData(0x33000001u, 0x0001)]
    [InlineData(0x33C00000u, 0x0002)] // 1.5 * 2^-24, a tie to even
    [InlineData(0x387FF000u, 0x0400)] // rounds up to the smallest normal
    [InlineData(0x3F801000u, 0x3C00)] // 1 + 2^-11, a tie to even
    [InlineData(0x3F803000u, 0x3C02)] // 1 + 3 * 2^-11, a tie to even
    [InlineData(0x80000001u, 0x8000)]
    [InlineData(0x7F800001u, 0x7E00)]
    [InlineData(0xFFC02000u, 0xFE01)]
    public void A_float32_becomes_the_nearest_binary16(uint bits, int expected) =>
        Assert.Equal([(byte)expected, (byte)(expected >> 8)], Encode(TensorDtype.F16, [BitConverter.UInt32BitsToSingle(bits)]));

    [Theory]
    [InlineData(0x3F808000u, 0x3F80)] // a tie, to even
    [InlineData(0x3F808001u, 0x3F81)]
    [InlineData(0x3F818000u, 0x3F82)] // a tie, to even
    [InlineData(0x7F7FFFFFu, 0x7F80)] // rounds to infinity
    [InlineData(0x7F800001u, 0x7FC0)] // a NaN whose payload is cut stays NaN
    [InlineData(0xFFA00000u, 0xFFE0)]
    public void A_float32_becomes_the_nearest_bfloat16(uint bits, int expected) =>
        Assert.Equal([(byte)expected, (byte)(expected >> 8)], Encode(TensorDtype.BF16, [BitConverter.UInt32BitsToSingle(bits)]));

    [Theory]
    [InlineData(TensorDtype.Q8_0, 0x00)]
    [InlineData(TensorDtype.Q4_0, 0x80)] // 0 / -8
    public void A_block_of_zeros_has_a_scale_of_0(TensorDtype dtype, byte sign)
    {
        byte[] bytes = Encode(dtype, new float[32]);
        Assert.Equal([0, sign], bytes[..2]);
        Assert.All(DecodeSamples.Decode(dtype, bytes, 32), value => Assert.Equal(0f, value));
    }

    [Fact]
    public void What_cannot_be_encoded_is_refused()
    {
        Assert.True(TensorEncoder.CanEncode(TensorDtype.Q4_0));
        Assert.False(TensorEncoder.CanEncode(TensorDtype.Q4_K));
        AssertRefused(DecodeErrorCodes.Unsupported, TensorDtype.Q4_K, 256, 144);
        AssertRefused(DecodeErrorCodes.Misaligned, TensorDtype.Q8_0, 33, 68);
        AssertRefused(DecodeErrorCodes.Truncated, TensorDtype.Q8_0, 32, 33);
        AssertRefused(DecodeErrorCodes.TooLong, TensorDtype.F16, 2, 5);
    }

    private static void AssertRefused(string code, TensorDtype dtype, int values, int bytes) =>
        Assert.Equal(
            code, Assert.Throws<ModelFormatException>(() => TensorEncoder.Encode(dtype, new float[values], new byte[bytes])).Code);

    private static byte[] Encode(TensorDtype dtype, float[] values)
    {
        Assert.True(dtype.TryGetByteCount(values.Length, out long size));
        byte[] bytes = new byte[size];
        TensorEncoder.Encode(dtype, values, bytes);
        return bytes;
    }

    /// <summary>65,536 exact values in blocks of rising and falling magnitude, from a multiplicative hash.</summary>
    private static float[] Values()
    {
        float[] values = new float[65_536];
        for (uint i = 0; i < values.Length; i++)
        {
            int number = (int)(((i * 2_654_435_761u) + 12_345) >> 9) - (1 << 22);
            int exponent = ((int)(i / 32) * 7 % 40) - 46;
            values[i] = MathF.ScaleB(number, exponent);
        }

        return values;
    }
}
