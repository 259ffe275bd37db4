namespace Hartonomous.Core.Numerics;

/// <summary>
/// A sum that keeps what rounding takes from it: an unevaluated pair of doubles, some 106 bits of precision. Each step is the error-free
/// TwoSum of Knuth (The Art of Computer Programming, volume 2, 4.2.2, theorem B), which asks nothing of the order of its operands.
/// </summary>
/// <remarks>The result depends on the order of the terms, not on the machine. Terms have to be finite, and so has their sum.</remarks>
internal struct CompensatedSum
{
    private double _high;
    private double _low;

    /// <summary>Takes up a sum that was formed elsewhere.</summary>
    public CompensatedSum(double high, double low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>The sum, rounded once.</summary>
    public readonly double Value => _high + _low;

    /// <summary>The upper and the lower part as they stand.</summary>
    public readonly (double High, double Low) Parts => (_high, _low);

    /// <summary>Adds a term.</summary>
    public void Add(double term)
    {
        double sum = _high + term;
        double part = sum - _high;
        _low += (_high - (sum - part)) + (term - part);
        _high = sum;
    }

    /// <summary>Adds another sum.</summary>
    public void Add(CompensatedSum other)
    {
        Add(other._high);
        _low += other._low;
    }

    /// <summary>The same pair with a lower part below half a unit in the last place of the upper one.</summary>
    public readonly (double High, double Low) Normalized()
    {
        CompensatedSum sum = new(_high, 0);
        sum.Add(_low);
        return (sum._high, sum._low);
    }
}
