namespace Hartonomous.Core.Numerics;

/// <summary>Sums over a run of values, before they are put together with those of other runs.</summary>
internal struct SpanSums
{
    /// <summary>Sum of the finite values.</summary>
    public CompensatedSum Sum;

    /// <summary>Sum of their magnitudes.</summary>
    public CompensatedSum Magnitudes;

    /// <summary>Sum of their squares, each of which a double holds exactly.</summary>
    public CompensatedSum Squares;

    /// <summary>The least finite value, never -0; +infinity where there is none.</summary>
    public float Min;

    /// <summary>The greatest finite value, never -0; -infinity where there is none.</summary>
    public float Max;

    /// <summary>Number of finite values.</summary>
    public long Finite;

    /// <summary>Number of NaN.</summary>
    public long Nan;

    /// <summary>Number of finite values that count as zero.</summary>
    public long Zeros;

    /// <summary>Sums over nothing.</summary>
    public static SpanSums Empty => new() { Min = float.PositiveInfinity, Max = float.NegativeInfinity };

    /// <summary>Adds the sums over the values that follow.</summary>
    public void Add(in SpanSums next)
    {
        Sum.Add(next.Sum);
        Magnitudes.Add(next.Magnitudes);
        Squares.Add(next.Squares);
        Min = Math.Min(Min, next.Min);
        Max = Math.Max(Max, next.Max);
        Finite += next.Finite;
        Nan += next.Nan;
        Zeros += next.Zeros;
    }
}
