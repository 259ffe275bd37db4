using Hartonomous.Core.Numerics;

namespace Hartonomous.Core.Pruning.Scores;

/// <summary>Sums over the scores of a run of values.</summary>
internal struct PartSums
{
    /// <summary>The first value of the run.</summary>
    public long Start;

    /// <summary>Number of finite scores.</summary>
    public long Finite;

    /// <summary>Their sum.</summary>
    public CompensatedSum Sum;

    /// <summary>The least; +infinity where there is none.</summary>
    public float Min;

    /// <summary>The greatest; -infinity where there is none.</summary>
    public float Max;

    /// <summary>Sums over nothing.</summary>
    public static PartSums At(long start) => new() { Start = start, Min = float.PositiveInfinity, Max = float.NegativeInfinity };

    /// <summary>Adds the sums of the values that follow.</summary>
    public void Add(in PartSums next)
    {
        Finite += next.Finite;
        Sum.Add(next.Sum);
        Min = Math.Min(Min, next.Min);
        Max = Math.Max(Max, next.Max);
    }

    /// <summary>Adds the sums of the values that follow.</summary>
    public void Add(in SpanSums next)
    {
        Finite += next.Finite;
        Sum.Add(next.Sum);
        Min = Math.Min(Min, next.Min);
        Max = Math.Max(Max, next.Max);
    }
}
