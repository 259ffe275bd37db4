using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Tests.Quantization;

/// <summary>Blocks made by hand, for what the reference file does not hold.</summary>
public sealed class BlockValueTests
{
    private const string Half = "0038"; // 0.5, little-endian
    private const string Nan = "017E";

    [Fact]
    public void Q8_1_does_not_look_at_its_sum()
    {
        byte[] block = Convert.FromHexString(Half + "FF7F" + "7F80" + "FF01" + new string('0', 56));
        AssertValues(TensorDtype.Q8_1, block, [63.5f, -64f, -0.5f, 0.5f, .. new float[28]]);
    }

    /// <summary>Scale codes of MXFP4 and the value of the code 7, 12 * 2^(e - 128), overflow included.</summary>
    [Theory]
    [InlineData(0, 12f * 2.938735877055719e-39f)]
    [InlineData(1, 12f * 5.877471754111438e-39f)]
    [InlineData(2, 12f * 1.1754943508222875e-38f)]
    [InlineData(127, 6f)]
    [InlineData(251, 12f * 1.0633823966279327e37f)]
    [InlineData(255, float.PositiveInfinity)]
    public void A_scale_of_MXFP4_is_a_power_of_two(byte scale, float expected)
    {
        byte[] block = new byte[17];
        (block[0], block[1], block[16]) = (scale, 0xF7, 0x80);
        float[] values = new float[32];
        (values[0], values[16]) = (expected, -expected);
        AssertValues(TensorDtype.MXFP4, block, values);
    }

    /// <summary>Scale codes of NVFP4 and the value of the code 7, six times the scale of E4M3 without its sign.</summary>
    [Theory]
    [InlineData(0x00, 0f)]
    [InlineData(0x01, 6f / 512)]
    [InlineData(0x07, 42f / 512)]
    [InlineData(0x08, 6f / 64)]
    [InlineData(0x38, 6f)]
    [InlineData(0x7E, 6f * 448)]
    [InlineData(0x7F, 0f)]
    [InlineData(0x80, 0f)]
    [InlineData(0xB8, 6f)]
    [InlineData(0xFF, 6f * 480)]
    public void A_scale_of_NVFP4_is_that_of_its_16_values(byte scale, float expected)
    {
        byte[] block = new byte[36];
        (block[2], block[4 + 16], block[4 + 23]) = (scale, 0x07, 0x70);
        float[] values = new float[64];
        (values[32], values[32 + 15]) = (expected, expected);
        AssertValues(TensorDtype.NVFP4, block, values);
    }

    [Fact]
    public void A_bit_of_Q1_0_that_is_not_set_turns_the_sign()
    {
        byte[] block = new byte[18];
        (block[1], block[2], block[17]) = (0x40, 0x05, 0x80);
        float[] values = new float[128];
        Array.Fill(values, -2f);
        (values[0], values[2], values[127]) = (2f, 2f, 2f);
        AssertValues(TensorDtype.Q1_0, block, values);
    }

    [Theory]
    [InlineData(TensorDtype.Q4_1)]
    [InlineData(TensorDtype.Q5_1)]
    public void A_minimum_that_is_NaN_is_all_values(TensorDtype dtype)
    {
        byte[] block = new byte[dtype.Layout().Bytes];
        Convert.FromHexString("01FE" + Nan).CopyTo(block, 0);
        uint[] expected = new uint[32];
        Array.Fill(expected, 0x7FC0_2000u);
        foreach (VectorWidth width in DecodeSamples.Widths)
        {
            Assert.Equal(expected, DecodeSamples.Bits(DecodeSamples.Decode(dtype, block, 32, width)));
        }
    }

    [Fact]
    public void A_scale_of_0_keeps_the_signs_of_zeros()
    {
        // Minus zero times -8 is 0, times 0 and more is minus zero.
        byte[] block = new byte[18];
        (block[1], block[2]) = (0x80, 0x80);
        uint[] bits = DecodeSamples.Bits(DecodeSamples.Decode(TensorDtype.Q4_0, block, 32));
        Assert.Equal(0u, bits[0]);
        Assert.Equal(0x8000_0000u, bits[16]);
        Assert.Equal(0u, bits[1]);
    }

    private static void AssertValues(TensorDtype dtype, byte[] block, float[] expected)
    {
        foreach (VectorWidth width in DecodeSamples.Widths)
        {
            Assert.Equal(expected, DecodeSamples.Decode(dtype, block, expected.Length, width));
        }
    }
}
