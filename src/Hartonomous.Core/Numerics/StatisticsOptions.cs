namespace Hartonomous.Core.Numerics;

/// <summary>What is asked of <see cref="ValueStatistics"/>.</summary>
public sealed record StatisticsOptions
{
    /// <summary>Bins a histogram has where nothing else is asked for.</summary>
    public const int DefaultBins = 64;

    /// <summary>Most bins of a histogram.</summary>
    public const int MaxBins = 65_536;

    /// <summary>
    /// Bins of the histogram: 0 for none, else 2 to <see cref="MaxBins"/>. With a <see cref="Range"/> there are exactly as many; without
    /// one, as many at most.
    /// </summary>
    public int Bins
    {
        get;
        init
        {
            if (value is < 0 or 1 or > MaxBins)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, $"A histogram has 2 to {MaxBins} bins, or none.");
            }

            field = value;
        }
    } = DefaultBins;

    /// <summary>
    /// The interval that the histogram covers, both ends included. Null for the values' own, whose bins then begin at multiples of their
    /// width, which is a power of two: only so one pass over the values is enough.
    /// </summary>
    public (double Low, double High)? Range
    {
        get;
        init
        {
            if (value is { } range && !(double.IsFinite(range.High - range.Low) && range.Low < range.High))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A range goes from a number to a greater one.");
            }

            field = value;
        }
    }

    /// <summary>Values of at most this magnitude count as zeros; 0 for zeros alone, of either sign.</summary>
    public float ZeroThreshold
    {
        get;
        init
        {
            if (!float.IsFinite(value) || value < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A threshold is a finite number of at least 0.");
            }

            field = value;
        }
    }
}
