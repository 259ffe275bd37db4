using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Tests.Quantization;

/// <summary>Values of plain numbers, from the definitions of their formats.</summary>
public sealed class NumberValueTests
{
    /// <summary>Exponent bits, fraction bits and bias; the codes that are no numbers are looked at one by one.</summary>
    public static TheoryData<TensorDtype, int, int, int> SmallFloats => new()
    {
        { TensorDtype.F8_E4M3, 4, 3, 7 },
        { TensorDtype.F8_E5M2, 5, 2, 15 },
        { TensorDtype.F8_E4M3FNUZ, 4, 3, 8 },
        { TensorDtype.F8_E5M2FNUZ, 5, 2, 16 },
        { TensorDtype.F6_E2M3, 2, 3, 1 },
        { TensorDtype.F6_E3M2, 3, 2, 3 },
        { TensorDtype.F4, 2, 1, 1 },
    };

    [Theory]
    [MemberData(nameof(SmallFloats))]
    public void Every_code_of_a_small_float_has_the_value_of_its_definition(TensorDtype dtype, int exponentBits, int fractionBits, int bias)
    {
        int bits = 1 + exponentBits + fractionBits;
        uint[] expected = new uint[1 << bits];
        for (int code = 0; code < expected.Length; code++)
        {
            int exponent = (code >> fractionBits) & ((1 << exponentBits) - 1);
            int fraction = code & ((1 << fractionBits) - 1);
            double magnitude = exponent == 0
                ? fraction * Math.Pow(2, 1 - bias - fractionBits)
                : (1 + (fraction / Math.Pow(2, fractionBits))) * Math.Pow(2, exponent - bias);
            float value = (float)((code >> (bits - 1)) == 1 ? -magnitude : magnitude);
            expected[code] = Special(dtype, code) ?? BitConverter.SingleToUInt32Bits(value);
        }

        AssertAll(dtype, Pack(bits), expected);
    }

    [Fact]
    public void E8M0_is_a_power_of_two_or_NaN()
    {
        uint[] expected = [.. Enumerable.Range(0, 256).Select(code => BitConverter.SingleToUInt32Bits((float)Math.Pow(2, code - 127)))];
        expected[255] = 0x7FC0_0000;
        AssertAll(TensorDtype.F8_E8M0, Pack(8), expected);
    }

    [Fact]
    public void Every_binary16_is_what_the_runtime_makes_of_it_and_NaN_is_quiet()
    {
        byte[] source = new byte[131_072];
        uint[] expected = new uint[65_536];
        for (int code = 0; code < 65_536; code++)
        {
            (source[2 * code], source[(2 * code) + 1]) = ((byte)code, (byte)(code >> 8));
            expected[code] = (code & 0x7FFF) > 0x7C00
                ? ((uint)(code & 0x8000) << 16) | 0x7FC0_0000 | ((uint)(code & 0x3FF) << 13)
                : BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf((ushort)code));
        }

        AssertAll(TensorDtype.F16, source, expected);
    }

    [Theory]
    [InlineData(0x0001, 0x33800000u)] // 2^-24
    [InlineData(0x03FF, 0x387FC000u)] // the largest subnormal
    [InlineData(0x8400, 0xB8800000u)] // -2^-14
    [InlineData(0x3555, 0x3EAAA000u)]
    [InlineData(0x7BFF, 0x477FE000u)] // 65504
    [InlineData(0xFC00, 0xFF800000u)]
    [InlineData(0x7C01, 0x7FC02000u)] // a signalling NaN
    [InlineData(0xFE00, 0xFFC00000u)]
    public void A_binary16_has_the_value_of_IEEE_754(int code, uint expected) =>
        AssertAll(TensorDtype.F16, [(byte)code, (byte)(code >> 8)], [expected]);

    [Fact]
    public void Every_bfloat16_keeps_its_bits()
    {
        byte[] source = new byte[131_072];
        for (int code = 0; code < 65_536; code++)
        {
            (source[2 * code], source[(2 * code) + 1]) = ((byte)code, (byte)(code >> 8));
        }

        AssertAll(TensorDtype.BF16, source, [.. Enumerable.Range(0, 65_536).Select(code => (uint)code << 16)]);
    }

    [Fact]
    public void A_float32_keeps_its_bits_signalling_NaN_included() =>
        AssertAll(TensorDtype.F32, Convert.FromHexString("010080FF01000000000080BF"), [0xFF800001, 1, 0xBF800000]);

    [Theory]
    [InlineData("000000000000F03F", 0x3F800000u)]
    [InlineData("000000100000F03F", 0x3F800000u)] // 1 + 2^-24: a tie, to even
    [InlineData("010000100000F03F", 0x3F800001u)] // just above the tie
    [InlineData("000000300000F03F", 0x3F800002u)] // 1 + 3 * 2^-24: a tie, to even
    [InlineData("000000E0FFFFEF47", 0x7F7FFFFFu)] // the largest float32
    [InlineData("000000F0FFFFEF47", 0x7F800000u)] // halfway to 2^128
    [InlineData("000000000000A036", 0x00000001u)] // 2^-149
    [InlineData("0000000000009036", 0x00000000u)] // 2^-150, a tie to 0
    [InlineData("010000000000F0FF", 0xFFC00000u)] // a signalling NaN
    [InlineData("000000000000F8FF", 0xFFC00000u)]
    public void A_float64_is_rounded_to_the_nearest_float32(string source, uint expected) =>
        AssertAll(TensorDtype.F64, Convert.FromHexString(source), [expected]);

    /// <summary>Numbers, and the bits of the nearest float32 by exact rational arithmetic.</summary>
    [Theory]
    [InlineData(TensorDtype.I64, "FFFFFFFFFFFFFF7F", 0x5F000000u)]
    [InlineData(TensorDtype.I64, "0000000000000080", 0xDF000000u)]
    [InlineData(TensorDtype.I64, "0100004000000080", 0xDF000000u)]
    [InlineData(TensorDtype.I64, "0100000040000040", 0x5E800001u)] // above a tie by 1, which float64 loses
    [InlineData(TensorDtype.I64, "0000000040000040", 0x5E800000u)]
    [InlineData(TensorDtype.I64, "FFFFFFFFFFFFFFFF", 0xBF800000u)]
    [InlineData(TensorDtype.U64, "FFFFFFFFFFFFFFFF", 0x5F800000u)]
    [InlineData(TensorDtype.U64, "0100000080000080", 0x5F000001u)] // above a tie by 1
    [InlineData(TensorDtype.U64, "0000000080000080", 0x5F000000u)]
    [InlineData(TensorDtype.U64, "0100000040000040", 0x5E800001u)]
    [InlineData(TensorDtype.U32, "FFFFFFFF", 0x4F800000u)]
    [InlineData(TensorDtype.U32, "80000080", 0x4F000000u)]
    [InlineData(TensorDtype.U32, "81000080", 0x4F000001u)]
    [InlineData(TensorDtype.I32, "00000080", 0xCF000000u)]
    [InlineData(TensorDtype.I32, "01000001", 0x4B800000u)]
    [InlineData(TensorDtype.I16, "0080", 0xC7000000u)]
    [InlineData(TensorDtype.U16, "0080", 0x47000000u)]
    [InlineData(TensorDtype.I8, "80", 0xC3000000u)]
    [InlineData(TensorDtype.U8, "80", 0x43000000u)]
    public void A_whole_number_is_rounded_to_the_nearest_float32(TensorDtype dtype, string source, uint expected) =>
        AssertAll(dtype, Convert.FromHexString(source), [expected]);

    [Theory]
    [InlineData(TensorDtype.U4, "21F8", "1 2 8 15")]
    [InlineData(TensorDtype.I4, "21F8", "1 2 -8 -1")]
    [InlineData(TensorDtype.U2, "E4", "0 1 2 3")]
    [InlineData(TensorDtype.I2, "E4", "0 1 -2 -1")]
    [InlineData(TensorDtype.F4, "17F2", "6 0.5 1 -6")]
    [InlineData(TensorDtype.F6_E2M3, "C1F705", "0.125 7.5 7.5 0.125")]
    [InlineData(TensorDtype.F6_E3M2, "C1F705", "0.0625 28 28 0.0625")]
    [InlineData(TensorDtype.BOOL, "000102FF", "0 1 1 1")]
    public void The_first_value_of_a_byte_is_in_its_lowest_bits(TensorDtype dtype, string source, string expected) =>
        AssertAll(
            dtype,
            Convert.FromHexString(source),
            [.. expected.Split(' ').Select(value => BitConverter.SingleToUInt32Bits(float.Parse(value, System.Globalization.CultureInfo.InvariantCulture)))]);

    [Theory]
    [InlineData(ComplexPart.Magnitude, new[] { 5f, float.PositiveInfinity, 3e38f, 0f })]
    [InlineData(ComplexPart.Real, new[] { 3f, float.NaN, -3e38f, -0f })]
    [InlineData(ComplexPart.Imaginary, new[] { -4f, float.NegativeInfinity, 1f, 0f })]
    public void Of_a_complex_number_the_magnitude_or_a_part_is_taken(ComplexPart part, float[] expected)
    {
        float[] parts = [3, -4, float.NaN, float.NegativeInfinity, -3e38f, 1, -0f, 0];
        byte[] single = [.. parts.SelectMany(BitConverter.GetBytes)];
        byte[] twice = [.. parts.SelectMany(value => BitConverter.GetBytes((double)value))];
        foreach (VectorWidth width in DecodeSamples.Widths)
        {
            float[] values = new float[4];
            TensorDecoder.Decode(TensorDtype.C64, single, values, width, part);
            Assert.Equal(expected, values);
            TensorDecoder.Decode(TensorDtype.C128, twice, values, width, part);
            Assert.Equal(expected, values);
        }
    }

    [Fact]
    public void A_magnitude_beyond_float32_is_infinite_and_one_below_it_is_0()
    {
        byte[] source = [.. new[] { 1e300, 1e300, 1e-300, 1e-300 }.SelectMany(BitConverter.GetBytes)];
        float[] values = new float[2];
        TensorDecoder.Decode(TensorDtype.C128, source, values);
        Assert.Equal([float.PositiveInfinity, 0f], values);
    }

    [Fact]
    public void A_part_of_a_real_number_is_the_number()
    {
        float[] values = new float[1];
        TensorDecoder.Decode(TensorDtype.BF16, [0x80, 0x3F], values, ComplexPart.Imaginary);
        Assert.Equal([1f], values);
    }

    /// <summary>The bits of codes that are no finite numbers; the NaN of FNUZ has no sign.</summary>
    private static uint? Special(TensorDtype dtype, int code) => (dtype, code) switch
    {
        (TensorDtype.F8_E4M3, 0x7F) => 0x7FC0_0000,
        (TensorDtype.F8_E4M3, 0xFF) => 0xFFC0_0000,
        (TensorDtype.F8_E4M3FNUZ or TensorDtype.F8_E5M2FNUZ, 0x80) => 0x7FC0_0000,
        (TensorDtype.F8_E5M2, 0x7C) => 0x7F80_0000,
        (TensorDtype.F8_E5M2, 0xFC) => 0xFF80_0000,
        (TensorDtype.F8_E5M2, > 0x7C and < 0x80) => 0x7FC0_0000u | ((uint)(code & 3) << 21),
        (TensorDtype.F8_E5M2, > 0xFC) => 0xFFC0_0000u | ((uint)(code & 3) << 21),
        _ => null,
    };

    /// <summary>All codes of a number of bits, one after the other without gaps.</summary>
    private static byte[] Pack(int bits)
    {
        byte[] packed = new byte[(1 << bits) * bits / 8];
        for (int bit = 0; bit < (1 << bits) * bits; bit++)
        {
            int code = bit / bits;
            packed[bit / 8] |= (byte)(((code >> (bit % bits)) & 1) << (bit % 8));
        }

        return packed;
    }

    private static void AssertAll(TensorDtype dtype, byte[] source, uint[] expected)
    {
        foreach (VectorWidth width in DecodeSamples.Widths)
        {
            Assert.Equal(expected, DecodeSamples.Bits(DecodeSamples.Decode(dtype, source, expected.Length, width)));
        }

        // Once more with so many copies that every lane of every vector sees each of them.
        byte[] many = [.. Enumerable.Repeat(source, 33).SelectMany(copy => copy)];
        uint[] manyExpected = [.. Enumerable.Repeat(expected, 33).SelectMany(copy => copy)];
        foreach (VectorWidth width in DecodeSamples.Widths)
        {
            Assert.Equal(manyExpected, DecodeSamples.Bits(DecodeSamples.Decode(dtype, many, manyExpected.Length, width)));
        }
    }
}
