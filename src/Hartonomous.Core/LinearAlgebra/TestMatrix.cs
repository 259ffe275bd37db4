namespace Hartonomous.Core.LinearAlgebra;

/// <summary>The random matrix a range is found with.</summary>
internal static class TestMatrix
{
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    /// <summary>
    /// Independent elements of mean 0 and variance 1: each the sum of four uniform numbers of 16 bits, so drawn with whole numbers alone
    /// and alike on every machine.
    /// </summary>
    /// <param name="rows">Number of rows.</param>
    /// <param name="columns">Number of columns.</param>
    /// <param name="seed">Decides every element.</param>
    public static Matrix Create(int rows, int columns, ulong seed)
    {
        Matrix matrix = new(rows, columns);
        float[] values = matrix.Values;
        float scale = MathF.Sqrt(3) / 65536;
        ulong state = seed * Golden;
        for (int i = 0; i < values.Length; i++)
        {
            state += Golden;
            ulong bits = Mix(state);
            long sum = (long)((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48)) - 131_070;
            values[i] = sum * scale;
        }

        return matrix;
    }

    /// <summary>SplitMix64's mixing (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
