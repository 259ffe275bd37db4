namespace Hartonomous.Core.Spatial.Locality;

/// <summary>Correlation coefficients.</summary>
internal static class Correlation
{
    /// <summary>Pearson's product-moment correlation, -1 to 1; NaN where one side does not vary.</summary>
    public static double Pearson(double[] left, double[] right)
    {
        double meanLeft = left.Average();
        double meanRight = right.Average();
        (double both, double squaresLeft, double squaresRight) = (0, 0, 0);
        for (int i = 0; i < left.Length; i++)
        {
            double a = left[i] - meanLeft;
            double b = right[i] - meanRight;
            both += a * b;
            squaresLeft += a * a;
            squaresRight += b * b;
        }

        return squaresLeft > 0 && squaresRight > 0 ? both / Math.Sqrt(squaresLeft) / Math.Sqrt(squaresRight) : double.NaN;
    }

    /// <summary>Ranks from 1; equal values share the mean of theirs. Pearson's correlation of ranks is Spearman's of the values.</summary>
    public static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        double[] sorted = [.. values];
        Array.Sort(sorted, order);
        double[] ranks = new double[values.Length];
        for (int start = 0; start < sorted.Length;)
        {
            int end = start;
            while (end < sorted.Length && sorted[end].Equals(sorted[start]))
            {
                end++;
            }

            for (int i = start; i < end; i++)
            {
                ranks[order[i]] = (start + 1 + end) / 2.0;
            }

            start = end;
        }

        return ranks;
    }
}
