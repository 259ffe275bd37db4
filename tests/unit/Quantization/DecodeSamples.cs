using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Tests.Quantization;

/// <summary>Encodings, and bytes that stand for values of them.</summary>
internal static class DecodeSamples
{
    public static readonly VectorWidth[] Widths = [VectorWidth.Scalar, VectorWidth.Vector128, VectorWidth.Vector256, VectorWidth.Vector512];

    /// <summary>All encodings that can be decoded.</summary>
    public static TensorDtype[] Dtypes { get; } = [.. Enum.GetValues<TensorDtype>().Where(TensorDecoder.CanDecode)];

    /// <summary>All of them, for theories.</summary>
    public static TheoryData<TensorDtype> Theory => [.. Dtypes];

    /// <summary>Bytes without any order, the same for the same seed.</summary>
    public static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Decodes in vectors of a width.</summary>
    public static float[] Decode(TensorDtype dtype, ReadOnlySpan<byte> source, int count, VectorWidth width = VectorWidth.Scalar)
    {
        float[] values = new float[count];
        TensorDecoder.Decode(dtype, source, values, width);
        return values;
    }

    /// <summary>The bits of values: NaN and zeros with signs are told apart.</summary>
    public static uint[] Bits(ReadOnlySpan<float> values)
    {
        uint[] bits = new uint[values.Length];
        for (int i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.SingleToUInt32Bits(values[i]);
        }

        return bits;
    }
}
