namespace Hartonomous.Core.Numerics;

/// <summary>
/// Bins of equal width over a given interval, as <c>numpy.histogram</c> has them: bin i is <c>[edge(i), edge(i + 1))</c>, the last one
/// includes its upper edge.
/// </summary>
internal sealed class RangeHistogram(int bins, double low, double high) : HistogramAccumulator
{
    private readonly double _width = (high - low) / bins;
    private readonly long[] _counts = new long[bins];
    private long _below;
    private long _above;

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<float> values, in SpanSums sums)
    {
        double scale = bins / (high - low);
        foreach (float value in values)
        {
            if (value < low)
            {
                _below += float.IsFinite(value) ? 1 : 0;
            }
            else if (value > high)
            {
                _above += float.IsFinite(value) ? 1 : 0;
            }
            else if (!float.IsNaN(value))
            {
                int bin = Math.Min((int)((value - low) * scale), bins - 1);

                // The product is rounded; the edges decide.
                bin -= bin > 0 && value < Edge(bin) ? 1 : 0;
                bin += bin < bins - 1 && value >= Edge(bin + 1) ? 1 : 0;
                _counts[bin]++;
            }
        }
    }

    /// <inheritdoc/>
    public override void Merge(HistogramAccumulator other)
    {
        RangeHistogram next = (RangeHistogram)other;
        _below += next._below;
        _above += next._above;
        for (int i = 0; i < bins; i++)
        {
            _counts[i] += next._counts[i];
        }
    }

    /// <inheritdoc/>
    public override ValueHistogram ToHistogram() => new(low, _width, [.. _counts], _below, _above);

    private double Edge(int bin) => low + (bin * _width);
}
