using Hartonomous.Core.Spatial.Indexes;

namespace Hartonomous.Benchmarks.Search;

/// <summary>
/// Unit vectors in families of twenty: a base drawn evenly from the sphere, and nineteen relatives at cosines spread over 0.5 to 0.99 to it.
/// Families are scattered over the ordinals.
/// </summary>
internal static class PlantedFamilies
{
    private const int Members = 20;

    /// <summary>Makes vectors; the same for the same arguments.</summary>
    public static SketchArray Create(int count, int dimension)
    {
        SketchArray vectors = new(count, dimension);
        int families = (count + Members - 1) / Members;
        Parallel.For(0, families, family =>
        {
            float[] origin = new float[dimension];
            Draw((ulong)family * Members, origin);
            Scale(origin, 1 / Length(origin));
            for (int member = 0; member < Members && family + ((long)member * families) < count; member++)
            {
                Span<float> vector = vectors[family + (member * families)];
                if (member == 0)
                {
                    origin.CopyTo(vector);
                    continue;
                }

                Draw(((ulong)family * Members) + (ulong)member, vector);
                double along = 0;
                for (int i = 0; i < dimension; i++)
                {
                    along += vector[i] * (double)origin[i];
                }

                for (int i = 0; i < dimension; i++)
                {
                    vector[i] -= (float)(along * origin[i]);
                }

                double cosine = 0.5 + (0.49 * (member - 1) / (Members - 2));
                Scale(vector, Math.Sqrt(1 - (cosine * cosine)) / Length(vector));
                for (int i = 0; i < dimension; i++)
                {
                    vector[i] += (float)(cosine * origin[i]);
                }
            }
        });
        return vectors;
    }

    // Near-normal values: sums of four 16-bit numbers.
    private static void Draw(ulong seed, Span<float> values)
    {
        ulong state = (seed + 1) * 0xD1342543DE82EF95;
        foreach (ref float value in values)
        {
            state += 0x9E3779B97F4A7C15;
            ulong word = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
            word ^= word >> 31;
            value = (word & 0xFFFF) + ((word >> 16) & 0xFFFF) + ((word >> 32) & 0xFFFF) + (word >> 48) - 131070f;
        }
    }

    private static double Length(ReadOnlySpan<float> values)
    {
        double squares = 0;
        foreach (float value in values)
        {
            squares += (double)value * value;
        }

        return Math.Sqrt(squares);
    }

    private static void Scale(Span<float> values, double factor)
    {
        foreach (ref float value in values)
        {
            value = (float)(value * factor);
        }
    }
}
