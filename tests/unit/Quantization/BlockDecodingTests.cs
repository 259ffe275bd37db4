using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Quantization;

/// <summary>K-quants and IQ types on bytes that no quantizer wrote: every scale, infinite and NaN ones too, every index and sign.</summary>
public sealed class BlockDecodingTests
{
    private const int Blocks = 500;

    private static readonly float QuietNaN = BitConverter.UInt32BitsToSingle(0x7FC00000);

    /// <summary>
    /// The hashes are of what <c>dequantize_row_*</c> of ggml's library (August 2026, gcc 12, with and without fused multiply-add) makes of the
    /// same bytes, every NaN replaced by 0x7FC00000.
    /// </summary>
    [Theory]
    [InlineData(TensorDtype.Q2_K, "8c0d4b58d4406a439084b8a128b7ed951df7cbaf3dc178109940e16227b41ee1")]
    [InlineData(TensorDtype.Q3_K, "33c4eec43310164e7adaeeb41221229a123217ca6f133b6466edb4d530ce8643")]
    [InlineData(TensorDtype.Q4_K, "dd58a27572dffc0e1c48cfa35d5b51862cbfcbb60e13163b74b1f03bb2acdbf0")]
    [InlineData(TensorDtype.Q5_K, "f485378775a76a6f3922dde3a0d77a5742fa59fa125c0792f7c84ab01d81de5b")]
    [InlineData(TensorDtype.Q6_K, "79965d6b52dbc59461be87bd140ae48e7e98c7abb889b839a2ddbca70be40a6a")]
    [InlineData(TensorDtype.Q8_K, "e90424dbd859070af8b09e09c983fb936087228eb0a418f757bdcadd0d052bd7")]
    [InlineData(TensorDtype.IQ1_S, "5302e9c6858878d323a2d2f782e1c9774bd5519b85c4523b4dbedda2f38f5756")]
    [InlineData(TensorDtype.IQ1_M, "137db016e398b51b5ee4672a824cb26a8ce8cf64624d7619eb0f9a661b142e9a")]
    [InlineData(TensorDtype.IQ2_XXS, "3fbf69c380d732c3c0f682eb557b08d1d28f025bfa7ada211f559577f9d8fa7b")]
    [InlineData(TensorDtype.IQ2_XS, "258e3c83282ea8fabe4940798c37a8cbfa1366034f829e7bdd42c4db8b932aef")]
    [InlineData(TensorDtype.IQ2_S, "a9cd6033b033264a4743789a60ce3b106b0922702da510352d07632abf5096f3")]
    [InlineData(TensorDtype.IQ3_XXS, "dc836bbdb4f727fc9b8586bd367e7cdaf536af7133fabc36ff827422322856b3")]
    [InlineData(TensorDtype.IQ3_S, "a390bf9e2997fab89ae33ec0a146eda1c0ccf871e4f139917004a70576be96c5")]
    [InlineData(TensorDtype.IQ4_NL, "8714203744986912567c0aa6beb8c7d5d003f8af3170c7d3784666663890bb64")]
    [InlineData(TensorDtype.IQ4_XS, "5c06bd6e6a610163ad8c0a62d8f6d5f24bc5a82ad9c843869e172fbdca4c1b7a")]
    public void Any_bytes_decode_to_what_ggml_makes_of_them(TensorDtype dtype, string sha256)
    {
        byte[] source = Bytes(Blocks * dtype.Layout().Bytes);

        Assert.All(DecodeSamples.Widths, width =>
        {
            float[] values = DecodeSamples.Decode(dtype, source, Blocks * dtype.Layout().Elements, width);
            uint[] bits = DecodeSamples.Bits([.. values.Select(value => float.IsNaN(value) ? QuietNaN : value)]);
            Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(bits.AsSpan()))));
        });
    }

    /// <summary>
    /// A scale that is NaN makes every value NaN, with the scale's sign and payload, quiet; a minimum that is NaN does so where the scale is a
    /// number.
    /// </summary>
    [Theory]
    [InlineData(TensorDtype.Q4_K, 0, 0xFE01u, 0xFFC02000u)]
    [InlineData(TensorDtype.Q4_K, 2, 0x7D01u, 0x7FE02000u)]
    [InlineData(TensorDtype.Q2_K, 80, 0xFE01u, 0xFFC02000u)]
    [InlineData(TensorDtype.Q6_K, 208, 0x7D01u, 0x7FE02000u)]
    [InlineData(TensorDtype.IQ4_XS, 0, 0xFD01u, 0xFFE02000u)]
    [InlineData(TensorDtype.IQ2_XXS, 0, 0x7E01u, 0x7FC02000u)]
    [InlineData(TensorDtype.IQ1_S, 0, 0x7D01u, 0x7FE02000u)]
    public void A_scale_that_is_NaN_makes_its_block_quiet_NaN_with_its_payload(TensorDtype dtype, int offset, uint half, uint bits)
    {
        byte[] source = new byte[dtype.Layout().Bytes];
        BitConverter.TryWriteBytes(source.AsSpan(offset), (ushort)half);

        Assert.All(DecodeSamples.Widths, width =>
            Assert.All(DecodeSamples.Bits(DecodeSamples.Decode(dtype, source, dtype.Layout().Elements, width)), value => Assert.Equal(bits, value)));
    }

    /// <summary>The upper bytes of the generator <c>x = 1664525 * x + 1013904223</c> (mod 2^32), from 1 on.</summary>
    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        uint state = 1;
        for (int i = 0; i < count; i++)
        {
            state = unchecked((state * 1664525) + 1013904223);
            bytes[i] = (byte)(state >> 24);
        }

        return bytes;
    }
}
