using System.Runtime.InteropServices;

namespace Hartonomous.Tests.Spatial.Sketches;

/// <summary>Contents for tests of sketches.</summary>
internal static class SketchContents
{
    /// <summary>The first 2048 values of <see cref="Counter"/> as ggml's own code makes Q4_K of them (<c>quantize_row_q4_K_ref</c>).</summary>
    public static byte[] CounterAsQ4K => Convert.FromBase64String(
        "TBgiJP/9/fv+/P37m+y7/sBpBK1H0XsVvlnznDbBahStSOKLJc9p85030XoVvljiWfOcNtBqBK5I4oslz2nznTfRehW+WPKMJsBqBK1H4YvhiyXPafOdNtB6FL5Y8pwlz2kDrUfhiyW/"
        + "WPKcNtB6FHoUvljijCbPaQOtR9F7Jb9Z8pw2wHoUrkjhiyXPafOdLxgbJP3+//38+/76zb7+zfOdN9F7Fb9Y4owmwGoErkjRexW/WfOdN9F6FK5I4owmjCbAagStR9F7Fb9Z85w30WoE"
        + "rkjijCbPafOdN9F7Fb4Vv1nznDbAagSuSOKMJb9Z85030XsVvljijCbAagSuR65I4owmz2nznTfRexW+WPKMJsBqBK5I4osVv1nznTfRLRgOJP79/v/6/vz/ve3NrjbQehS+WPKLJc9p"
        + "A61H4YoUvljynDbQehStR+GLJc9pz2kDrUfRexW+WPKcNsBqFK1H4Yslz2nznTfRehS+WOJY8pw20GoDrUfhiyXPafOdNtB6FL5Y8owmz2kDrUfhi9F7Fb9Z8502wGoErkjijCa/WfOd"
        + "N9F7Fb9I4owmwGoELRgEJP3+/f/++//+z+++7WoErkjijCa/WfOdN9F7Fa9I4owmwGoErkjRexW/WfOd85030XsVv1jijCbAagSuSNF7Fb9Z8503wXoUrkjijCaLJc9pA61H0XoVvljy"
        + "nDbAagStR+GLJb9p85w20XoUvhS+WPKcNtBqA61H4Yslz2nznDbQehS+WPKLJc9pA61HLRgGJP79/v/8//z7/8//vq1H4Yslz2nznDbQehS+WPKLJc9pA61H4YsVvljynDbQNsBqBK5I"
        + "4oslv1nznTfRehSuSOKMJsBqBK1H0XsVv1m/WfOdN9F7Fa5I4owmwGoErUfSexW/WfOcN8FqBK5I4kjijCbAagSdN9F7Fb9Z85w2wWoErkjiiya/WfOdN9F7MhgLJPz+/f7+/Pj9zv7f"
        + "z9F7Fb9Z8503wGoErkjijCa/WfOdN9F7Fb9J4owmwGoEaQOtR+GLJb5Y8pw20HoUrkfhiyXPaQOtR9F6FL5Y8pzznDbQehS+WOKLJc9pA61H0XsVvljynDbQehStR+GLJYslv1nznTfR"
        + "ehSuWOKMJsBqBK1H0XsVv1nznDbBehSuLRgFJP79/v38//357t+87xS+WPKcNtBpA61H4Yslz2nznDbQehS+WPKLJc9pA61HnTfRexW/WfOMJsBqBK5I4osVv1nznTfRexWuSOKMJsA2"
        + "wGoErkjiiyW/WfOdN9F7Fa5Y4owmwGoErUfRexW/Wb9Z85030HoUrljijCbPaQOtR9F7Fb9Z8pw2wGoErkjhNBjwI//9//7+/v//rO/uv0jiiyXPaQOtN9F6Fb5Y8pw2wGoErUfhiyXP"
        + "WfOcN9F60XoVvljynDbAagStR+GLJb9Z85w30XoUvljijCbPaQNpA61H0XsVv1jynDbAahSuSOGLJb9p85030HoUvljijOOMJsBqBK5I0nsVv1nznTfBehSuSOKMJsBqBJ030XsV");

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
