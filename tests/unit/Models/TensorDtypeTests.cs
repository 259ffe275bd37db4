using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Models;

public sealed class TensorDtypeTests
{
    /// <summary>Elements and bytes of ggml's blocks, and the widths of their fields in order, from the structs of ggml-common.h.</summary>
    public static TheoryData<TensorDtype, int, int, string> GgmlBlocks => new()
    {
        { TensorDtype.F32, 1, 4, "4" },
        { TensorDtype.F16, 1, 2, "2" },
        { TensorDtype.Q4_0, 32, 18, "2 1x16" },
        { TensorDtype.Q4_1, 32, 20, "2x2 1x16" },
        { TensorDtype.Q5_0, 32, 22, "2 1x20" },
        { TensorDtype.Q5_1, 32, 24, "2x2 1x20" },
        { TensorDtype.Q8_0, 32, 34, "2 1x32" },
        { TensorDtype.Q8_1, 32, 36, "2x2 1x32" },
        { TensorDtype.Q2_K, 256, 84, "1x80 2x2" },
        { TensorDtype.Q3_K, 256, 110, "1x108 2" },
        { TensorDtype.Q4_K, 256, 144, "2x2 1x140" },
        { TensorDtype.Q5_K, 256, 176, "2x2 1x172" },
        { TensorDtype.Q6_K, 256, 210, "1x208 2" },
        { TensorDtype.Q8_K, 256, 292, "4 1x256 2x16" },
        { TensorDtype.IQ2_XXS, 256, 66, "2x33" },
        { TensorDtype.IQ2_XS, 256, 74, "2x33 1x8" },
        { TensorDtype.IQ3_XXS, 256, 98, "2 1x96" },
        { TensorDtype.IQ1_S, 256, 50, "2 1x32 2x8" },
        { TensorDtype.IQ4_NL, 32, 18, "2 1x16" },
        { TensorDtype.IQ3_S, 256, 110, "2 1x108" },
        { TensorDtype.IQ2_S, 256, 82, "2 1x80" },
        { TensorDtype.IQ4_XS, 256, 136, "2x2 1x132" },
        { TensorDtype.I8, 1, 1, "1" },
        { TensorDtype.I16, 1, 2, "2" },
        { TensorDtype.I32, 1, 4, "4" },
        { TensorDtype.I64, 1, 8, "8" },
        { TensorDtype.F64, 1, 8, "8" },
        { TensorDtype.IQ1_M, 256, 56, "1x56" },
        { TensorDtype.BF16, 1, 2, "2" },
        { TensorDtype.TQ1_0, 256, 54, "1x52 2" },
        { TensorDtype.TQ2_0, 256, 66, "1x64 2" },
        { TensorDtype.MXFP4, 32, 17, "1x17" },
        { TensorDtype.NVFP4, 64, 36, "1x36" },
        { TensorDtype.Q1_0, 128, 18, "2 1x16" },
        { TensorDtype.Q2_0, 64, 18, "2 1x16" },
    };

    [Theory]
    [MemberData(nameof(GgmlBlocks))]
    public void The_blocks_are_those_of_ggml(TensorDtype dtype, int elements, int bytes, string fields)
    {
        BlockLayout layout = dtype.Layout();
        Assert.Equal((elements, bytes), (layout.Elements, layout.Bytes));
        Assert.Equal(8.0 * bytes / elements, layout.BitsPerElement);
        Assert.Equal(
            fields,
            string.Join(' ', layout.Fields.Select(field => field.Count == 1 ? $"{field.Width}" : $"{field.Width}x{field.Count}")));
        Assert.Equal(bytes, layout.Fields.Sum(field => field.Width * field.Count));
    }

    [Theory]
    [InlineData("BOOL", 8)]
    [InlineData("F4", 4)]
    [InlineData("F6_E2M3", 6)]
    [InlineData("F6_E3M2", 6)]
    [InlineData("U8", 8)]
    [InlineData("I8", 8)]
    [InlineData("F8_E5M2", 8)]
    [InlineData("F8_E4M3", 8)]
    [InlineData("F8_E8M0", 8)]
    [InlineData("F8_E4M3FNUZ", 8)]
    [InlineData("F8_E5M2FNUZ", 8)]
    [InlineData("I16", 16)]
    [InlineData("U16", 16)]
    [InlineData("F16", 16)]
    [InlineData("BF16", 16)]
    [InlineData("I32", 32)]
    [InlineData("U32", 32)]
    [InlineData("F32", 32)]
    [InlineData("C64", 64)]
    [InlineData("F64", 64)]
    [InlineData("I64", 64)]
    [InlineData("U64", 64)]
    public void The_plain_types_have_the_bits_of_safetensors(string name, int bits)
    {
        TensorDtype dtype = Enum.Parse<TensorDtype>(name);
        Assert.Equal(bits, dtype.Layout().BitsPerElement);
        Assert.Equal(QuantizationType.None, dtype.Quantization());
        Assert.True(dtype.TryGetByteCount(8, out long bytes));
        Assert.Equal(bits, bytes);
    }

    [Theory]
    [InlineData(TensorDtype.I2, 2)]
    [InlineData(TensorDtype.U2, 2)]
    [InlineData(TensorDtype.I4, 4)]
    [InlineData(TensorDtype.U4, 4)]
    [InlineData(TensorDtype.C128, 128)]
    public void The_types_of_onnx_beyond_those_have_their_bits(TensorDtype dtype, int bits) =>
        Assert.Equal(bits, dtype.Layout().BitsPerElement);

    [Fact]
    public void Every_encoding_but_unknown_has_a_layout_whose_fields_fill_the_block()
    {
        foreach (TensorDtype dtype in Enum.GetValues<TensorDtype>().Where(value => value != TensorDtype.Unknown))
        {
            BlockLayout layout = dtype.Layout();
            Assert.Equal(layout.Bytes, layout.Fields.Sum(field => field.Width * field.Count));
            Assert.Equal(layout.Fields.All(field => field.Width == 1), layout.IsByteOrderFree);
        }
    }

    [Fact]
    public void Only_encodings_of_single_bytes_are_free_of_byte_order()
    {
        Assert.True(TensorDtype.MXFP4.Layout().IsByteOrderFree);
        Assert.True(TensorDtype.F8_E4M3.Layout().IsByteOrderFree);
        Assert.True(TensorDtype.F6_E2M3.Layout().IsByteOrderFree);
        Assert.False(TensorDtype.Q6_K.Layout().IsByteOrderFree);
        Assert.False(TensorDtype.BF16.Layout().IsByteOrderFree);
    }

    [Theory]
    [InlineData(TensorDtype.Unknown)]
    [InlineData((TensorDtype)9999)]
    public void An_unknown_encoding_has_no_size(TensorDtype dtype)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => dtype.Layout());
        Assert.Throws<ArgumentOutOfRangeException>(() => dtype.TryGetByteCount(1, out _));
        Assert.Equal(QuantizationType.None, dtype.Quantization());
    }

    [Theory]
    [InlineData(TensorDtype.F32, 0, 0)]
    [InlineData(TensorDtype.F32, 3, 12)]
    [InlineData(TensorDtype.F4, 2, 1)]
    [InlineData(TensorDtype.F6_E3M2, 4, 3)]
    [InlineData(TensorDtype.Q4_K, 256, 144)]
    [InlineData(TensorDtype.Q4_K, 4096L * 4096, 9437184)]
    [InlineData(TensorDtype.U8, long.MaxValue, long.MaxValue)]
    [InlineData(TensorDtype.F64, 1152921504606846975, 9223372036854775800)]
    public void Bytes_are_counted(TensorDtype dtype, long elements, long bytes)
    {
        Assert.True(dtype.TryGetByteCount(elements, out long counted));
        Assert.Equal(bytes, counted);
    }

    [Theory]
    [InlineData(TensorDtype.F32, -1)]
    [InlineData(TensorDtype.F4, 3)]
    [InlineData(TensorDtype.F6_E2M3, 6)]
    [InlineData(TensorDtype.U2, 5)]
    [InlineData(TensorDtype.Q4_K, 255)]
    [InlineData(TensorDtype.Q8_0, 33)]
    [InlineData(TensorDtype.Q1_0, 64)]
    [InlineData(TensorDtype.F64, 1152921504606846976)]
    [InlineData(TensorDtype.F32, 4611686018427387904)]
    [InlineData(TensorDtype.C128, long.MaxValue)]
    [InlineData(TensorDtype.Q8_0, long.MaxValue - 31)]
    public void Counts_that_split_a_block_or_pass_63_bits_are_refused(TensorDtype dtype, long elements)
    {
        Assert.False(dtype.TryGetByteCount(elements, out long bytes));
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void Every_quantization_is_that_of_the_encoding_of_its_name()
    {
        foreach (QuantizationType type in Enum.GetValues<QuantizationType>().Where(value => value != QuantizationType.None))
        {
            TensorDtype dtype = Enum.Parse<TensorDtype>(type.ToString());
            Assert.Equal(type, dtype.Quantization());
            Assert.True(dtype.Layout().Elements > 1);
        }

        Assert.Equal(27, Enum.GetValues<TensorDtype>().Count(dtype => dtype.Quantization() != QuantizationType.None));
    }

    [Theory]
    [InlineData(TensorDtype.I4, 0, 0)]
    [InlineData(TensorDtype.I4, 1, 1)]
    [InlineData(TensorDtype.U4, 3, 2)]
    [InlineData(TensorDtype.F4, 4, 2)]
    [InlineData(TensorDtype.I2, 5, 2)]
    [InlineData(TensorDtype.U2, 4, 1)]
    [InlineData(TensorDtype.F6_E2M3, 5, 4)]
    [InlineData(TensorDtype.F16, 3, 6)]
    [InlineData(TensorDtype.I4, long.MaxValue, 4_611_686_018_427_387_904)]
    public void The_last_byte_of_packed_values_may_be_filled_in_part(TensorDtype dtype, long elements, long bytes)
    {
        Assert.True(dtype.TryGetPackedByteCount(elements, out long counted));
        Assert.Equal(bytes, counted);
    }

    [Theory]
    [InlineData(TensorDtype.Q4_0, 33)]
    [InlineData(TensorDtype.F64, 1L << 60)]
    [InlineData(TensorDtype.I4, -1)]
    public void Blocks_stay_whole_and_sizes_below_two_to_the_63(TensorDtype dtype, long elements)
    {
        Assert.False(dtype.TryGetPackedByteCount(elements, out long bytes));
        Assert.Equal(0, bytes);
    }
}
