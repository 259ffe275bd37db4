using System.Runtime.InteropServices;

namespace Hartonomous.Tests.Spatial.Sketches;

/// <summary>Contents for tests of sketches.</summary>
internal static class SketchContents
{
    /// <summary>Value i is (i * 2654435761 mod 2^32 - 2^31) / 2^31, cut to the precision of BF16.</summary>
    public static float[] Counter(int count)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double value = ((double)unchecked((uint)i * 2654435761u) - 2147483648.0) / 2147483648.0;
            values[i] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((float)value) & 0xFFFF0000);
        }

        return values;
    }

    /// <summary>Normally distributed values.</summary>
    public static float[] Normal(int count, int seed)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        return values;
    }

    /// <summary>A vector of exactly the given cosine to another, as far as single precision goes; both of length 1.</summary>
    public static (float[] X, float[] Y) Pair(float[] x, float[] noise, double cosine)
    {
        double lengthX = Math.Sqrt(x.Sum(value => (double)value * value));
        double along = x.Zip(noise, (a, b) => (double)a * b).Sum() / (lengthX * lengthX);
        double[] across = [.. x.Zip(noise, (a, b) => b - (along * a))];
        double lengthAcross = Math.Sqrt(across.Sum(value => value * value));
        double sine = Math.Sqrt(1 - (cosine * cosine));
        return ([.. x.Select(value => (float)(value / lengthX))],
            [.. x.Zip(across, (a, b) => (float)((cosine * a / lengthX) + (sine * b / lengthAcross)))]);
    }

    /// <summary>Values as BF16, rounded to nearest even.</summary>
    public static byte[] ToBFloat16(float[] values) => MemoryMarshal.AsBytes<ushort>(values.Select(value =>
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }).ToArray()).ToArray();

    /// <summary>Values as F16.</summary>
    public static byte[] ToHalf(float[] values) => MemoryMarshal.AsBytes<Half>(values.Select(value => (Half)value).ToArray()).ToArray();

    /// <summary>Values as ggml's Q8_0: a half of the largest magnitude over 127, and 32 signed bytes.</summary>
    public static byte[] ToQ8(float[] values)
    {
        List<byte> bytes = [];
        foreach (float[] block in values.Chunk(32))
        {
            float scale = block.Max(Math.Abs) / 127;
            bytes.AddRange(BitConverter.GetBytes((Half)scale));
            bytes.AddRange(block.Select(value => (byte)(sbyte)(scale == 0 ? 0 : MathF.Round(value / scale, MidpointRounding.AwayFromZero))));
        }

        return [.. bytes];
    }
}
