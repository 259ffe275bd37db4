using System.Numerics;
using System.Runtime.InteropServices;

namespace Hartonomous.Core.Numerics;

/// <summary>
/// Bins over the values' own interval, which is not known before the last value is seen. Their width is a power of two, and each begins at
/// a multiple of it: when values beyond the bins come, two neighbours become one, and no value has to be looked at again. The width in the
/// end is the smallest power of two with which the values fill at most the bins asked for, whatever order they came in; first and last bin
/// are not empty. At least half as many bins result as were asked for, unless float32 has not so many numbers there.
/// </summary>
/// <remarks>
/// The width is never below the distance of the values of greatest magnitude to their neighbours (2^-23 of it), so a value's multiple of
/// the width, rounded down, has at most 24 bits: float32 and int32 hold it exactly.
/// </remarks>
internal sealed class GrowingHistogram(int bins) : HistogramAccumulator
{
    private const int Batch = 512;
    private const int SignificandBits = 23;
    private const int LeastExponent = -149;

    private long[] _counts = [];
    private int _exponent;
    private float _min = float.PositiveInfinity;
    private float _max = float.NegativeInfinity;

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<float> values, in SpanSums sums)
    {
        Cover(sums.Min, sums.Max);
        Span<int> indexes = stackalloc int[Batch];
        for (int start = 0; start < values.Length; start += Batch)
        {
            ReadOnlySpan<float> batch = values.Slice(start, Math.Min(Batch, values.Length - start));
            Indexes(batch, indexes, sums.Min);
            foreach (int index in indexes[..batch.Length])
            {
                _counts[index]++;
            }
        }

        // What is not finite was counted as the least value.
        _counts[(int)(Multiple(sums.Min, _exponent) - Multiple(_min, _exponent))] -= values.Length - sums.Finite;
    }

    /// <inheritdoc/>
    public override void Merge(HistogramAccumulator other)
    {
        GrowingHistogram next = (GrowingHistogram)other;
        if (next._counts.Length > 0)
        {
            Cover(next._min, next._max);
            Pour(next._counts, Multiple(next._min, next._exponent), _exponent - next._exponent);
        }
    }

    /// <inheritdoc/>
    public override ValueHistogram? ToHistogram()
    {
        double width = Math.ScaleB(1, _exponent);
        return _counts.Length == 0 ? null : new ValueHistogram(Multiple(_min, _exponent) * width, width, [.. _counts], 0, 0);
    }

    /// <summary>Makes the bins fit the values so far and those to come.</summary>
    private void Cover(float min, float max)
    {
        if (min >= _min && max <= _max)
        {
            return;
        }

        long[] counts = _counts;
        long first = counts.Length == 0 ? 0 : Multiple(_min, _exponent);
        int exponent = _exponent;
        _min = Math.Min(_min, min);
        _max = Math.Max(_max, max);
        _exponent = ExponentFor(_min, _max);
        _counts = new long[Multiple(_max, _exponent) - Multiple(_min, _exponent) + 1];
        Pour(counts, first, _exponent - exponent);
    }

    /// <summary>Adds counts of bins that are 2^<paramref name="shift"/> times narrower.</summary>
    private void Pour(long[] counts, long first, int shift)
    {
        long origin = Multiple(_min, _exponent);
        for (int i = 0; i < counts.Length; i++)
        {
            // 24 bits and a sign: shifted by more than 62, nothing but the sign remains.
            _counts[(int)(((first + i) >> Math.Min(shift, 62)) - origin)] += counts[i];
        }
    }

    private int ExponentFor(float min, float max)
    {
        int least = Math.Max(LeastExponent, Exponent(Math.Max(Math.Abs(min), Math.Abs(max))) - SignificandBits);

        // With a width of at most range / bins there is one bin too many: the search begins there and takes a few steps.
        int exponent = Math.Max(least, Exponent(((double)max - min) / bins));
        while (Multiple(max, exponent) - Multiple(min, exponent) >= bins)
        {
            exponent++;
        }

        return exponent;
    }

    private static int Exponent(double value) => value == 0 ? LeastExponent : Math.ILogB(value);

    private static long Multiple(float value, int exponent) => (long)Math.Floor(value * Math.ScaleB(1, -exponent));

    private void Indexes(ReadOnlySpan<float> values, Span<int> indexes, float standIn)
    {
        double scale = Math.ScaleB(1, -_exponent);
        int origin = (int)Multiple(_min, _exponent);
        ref float first = ref MemoryMarshal.GetReference(values);
        ref int output = ref MemoryMarshal.GetReference(indexes);
        Vector<float> magnitudeLimit = new(float.MaxValue);
        Vector<float> replacement = new(standIn);
        Vector<double> factor = new(scale);
        Vector<int> start = new(origin);
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> value = Vector.LoadUnsafe(ref first, (nuint)i);
            value = Vector.ConditionalSelect(Vector.LessThanOrEqual(Vector.Abs(value), magnitudeLimit), value, replacement);
            Vector.Widen(value, out Vector<double> low, out Vector<double> high);
            Vector<float> multiple = Vector.Narrow(Vector.Floor(low * factor), Vector.Floor(high * factor));
            (Vector.ConvertToInt32(multiple) - start).StoreUnsafe(ref output, (nuint)i);
        }

        for (; i < values.Length; i++)
        {
            indexes[i] = (int)Math.Floor((float.IsFinite(values[i]) ? values[i] : standIn) * scale) - origin;
        }
    }
}
