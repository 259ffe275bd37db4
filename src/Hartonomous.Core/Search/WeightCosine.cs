using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Quantization;

namespace Hartonomous.Core.Search;

/// <summary>The cosine of two contents, computed from all their values: read side by side in windows, summed in double precision.</summary>
internal static class WeightCosine
{
    private const int WindowValues = 1 << 16;

    /// <summary>
    /// The cosine of the first values of both, in their order, the shorter one followed by zeros; NaN and Inf count as 0. Null where either
    /// is zero.
    /// </summary>
    public static double? Of(
        (ByteSource Content, TensorDtype Dtype, TensorShape Shape) first,
        (ByteSource Content, TensorDtype Dtype, TensorShape Shape) second,
        CancellationToken cancellation)
    {
        TensorValues a = new(first.Content, first.Dtype, first.Shape);
        TensorValues b = new(second.Content, second.Dtype, second.Shape);
        float[] windowA = new float[WindowValues];
        float[] windowB = new float[WindowValues];
        (double product, double squaresA, double squaresB) = (0, 0, 0);
        for (long start = 0; start < Math.Max(a.Count, b.Count); start += WindowValues)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> x = Read(a, start, windowA);
            ReadOnlySpan<float> y = Read(b, start, windowB);
            for (int i = 0; i < Math.Max(x.Length, y.Length); i++)
            {
                double left = i < x.Length && float.IsFinite(x[i]) ? x[i] : 0;
                double right = i < y.Length && float.IsFinite(y[i]) ? y[i] : 0;
                product += left * right;
                squaresA += left * left;
                squaresB += right * right;
            }
        }

        return squaresA > 0 && squaresB > 0 ? Math.Clamp(product / Math.Sqrt(squaresA) / Math.Sqrt(squaresB), -1, 1) : null;
    }

    private static ReadOnlySpan<float> Read(TensorValues values, long start, float[] window)
    {
        Span<float> taken = window.AsSpan(0, (int)Math.Clamp(values.Count - start, 0, WindowValues));
        if (taken.Length > 0)
        {
            values.Read(start, taken);
        }

        return taken;
    }
}
