using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Tests.Quantization;

/// <summary>What holds for the kernel of every encoding.</summary>
public sealed class WidthTests
{
    private const float Untouched = 12345.678f;

    public static TheoryData<TensorDtype> Dtypes => DecodeSamples.Theory;

    [Theory]
    [MemberData(nameof(Dtypes))]
    public void Every_width_gives_the_bits_of_the_scalar_way_and_stays_within_its_values(TensorDtype dtype)
    {
        BlockLayout layout = dtype.Layout();
        for (int blocks = 0; blocks <= 70; blocks++)
        {
            byte[] bytes = DecodeSamples.Bytes((blocks * layout.Bytes) + 1, blocks);
            ReadOnlySpan<byte> source = bytes.AsSpan(1);
            uint[] expected = DecodeSamples.Bits(DecodeSamples.Decode(dtype, source, blocks * layout.Elements));
            foreach (VectorWidth width in DecodeSamples.Widths)
            {
                float[] values = new float[expected.Length + 33];
                Array.Fill(values, Untouched);
                TensorDecoder.Decode(dtype, source, values.AsSpan(1, expected.Length), width);
                Assert.Equal(expected, DecodeSamples.Bits(values.AsSpan(1, expected.Length)));
                Assert.Equal(Untouched, values[0]);
                Assert.All(values[(expected.Length + 1)..], value => Assert.Equal(Untouched, value));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Dtypes))]
    public void The_hardware_s_width_is_the_default(TensorDtype dtype)
    {
        BlockLayout layout = dtype.Layout();
        byte[] bytes = DecodeSamples.Bytes(100 * layout.Bytes, 7);
        float[] values = new float[100 * layout.Elements];
        TensorDecoder.Decode(dtype, bytes, values);
        Assert.Equal(DecodeSamples.Bits(DecodeSamples.Decode(dtype, bytes, values.Length)), DecodeSamples.Bits(values));
    }

    [Theory]
    [MemberData(nameof(Dtypes))]
    public void A_block_decodes_the_same_wherever_it_stands(TensorDtype dtype)
    {
        BlockLayout layout = dtype.Layout();
        byte[] bytes = DecodeSamples.Bytes(50 * layout.Bytes, 11);
        uint[] whole = DecodeSamples.Bits(DecodeSamples.Decode(dtype, bytes, 50 * layout.Elements, DecodeKernel.HardwareWidth));
        for (int block = 0; block < 50; block++)
        {
            float[] alone = DecodeSamples.Decode(dtype, bytes.AsSpan(block * layout.Bytes, layout.Bytes), layout.Elements, DecodeKernel.HardwareWidth);
            Assert.Equal(whole[(block * layout.Elements)..((block + 1) * layout.Elements)], DecodeSamples.Bits(alone));
        }
    }
}
