namespace Hartonomous.Core.Numerics;

/// <summary>Counts values in bins. Counts are whole numbers: neither order nor partition of the values changes them.</summary>
internal abstract class HistogramAccumulator
{
    /// <summary>Adds values of which at least one is finite.</summary>
    /// <param name="values">At most <see cref="SummationKernel.MaxLength"/> values.</param>
    /// <param name="sums">What is known of them.</param>
    public abstract void Add(ReadOnlySpan<float> values, in SpanSums sums);

    /// <summary>Adds the counts of another histogram of the same options.</summary>
    public abstract void Merge(HistogramAccumulator other);

    /// <summary>The counts so far; null where there are no bins yet.</summary>
    public abstract ValueHistogram? ToHistogram();
}
