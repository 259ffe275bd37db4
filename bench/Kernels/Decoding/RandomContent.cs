using System.Runtime.InteropServices;
using Hartonomous.Core.Models;

namespace Hartonomous.Benchmarks.Kernels.Decoding;

/// <summary>
/// Random bytes of an encoding. Numbers and scales in half precision and wider are ordinary ones, as models have them: NaN, infinities and
/// subnormals take other paths in some decoders.
/// </summary>
internal static class RandomContent
{
    /// <summary>So many bytes.</summary>
    public static byte[] Of(TensorDtype dtype, long bytes)
    {
        byte[] content = new byte[bytes];
        Random random = new(1);
        random.NextBytes(content);
        switch (dtype)
        {
            case TensorDtype.F64 or TensorDtype.C128:
                Fill(MemoryMarshal.Cast<byte, double>(content.AsSpan()), () => random.NextDouble() - 0.5);
                break;
            case TensorDtype.F32 or TensorDtype.C64:
                Fill(MemoryMarshal.Cast<byte, float>(content.AsSpan()), () => random.NextSingle() - 0.5f);
                break;
            case TensorDtype.F16:
                Fill(MemoryMarshal.Cast<byte, Half>(content.AsSpan()), () => (Half)(random.NextSingle() - 0.5f));
                break;
            case TensorDtype.BF16:
                Fill(MemoryMarshal.Cast<byte, ushort>(content.AsSpan()), () => (ushort)(BitConverter.SingleToUInt32Bits(random.NextSingle() - 0.5f) >> 16));
                break;
            default:
                SetScales(dtype, content, random);
                break;
        }

        return content;
    }

    private static void Fill<T>(Span<T> values, Func<T> next)
        where T : struct
    {
        foreach (ref T value in values)
        {
            value = next();
        }
    }

    private static void SetScales(TensorDtype dtype, Span<byte> content, Random random)
    {
        for (int block = 0; block < content.Length; block += dtype.Layout().Bytes)
        {
            foreach (int offset in ScaleOffsets(dtype))
            {
                BitConverter.TryWriteBytes(content[(block + offset)..], (Half)(random.NextSingle() + 0.01f));
            }
        }
    }

    /// <summary>Where a block has numbers in half precision, and of Q8_K's float the upper half.</summary>
    private static int[] ScaleOffsets(TensorDtype dtype) => dtype switch
    {
        TensorDtype.Q4_1 or TensorDtype.Q5_1 or TensorDtype.Q8_1 or TensorDtype.Q4_K or TensorDtype.Q5_K => [0, 2],
        TensorDtype.Q2_K => [80, 82],
        TensorDtype.Q3_K => [108],
        TensorDtype.Q6_K => [208],
        TensorDtype.Q8_K => [2],
        TensorDtype.TQ1_0 => [52],
        TensorDtype.TQ2_0 => [64],
        // Their scales are spread over other fields, or of eight bits.
        TensorDtype.IQ1_M or TensorDtype.MXFP4 or TensorDtype.NVFP4 => [],
        _ when dtype.Quantization() == QuantizationType.None => [],
        _ => [0],
    };
}
