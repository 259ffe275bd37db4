using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hartonomous.Core.Comparison;

/// <summary>
/// The sums behind the figures of two runs of values, in double precision: sums of squares, of products and of squared differences over
/// blocks of 4,096 values in four lanes, the blocks' sums added up with Neumaier's compensation. The order of additions depends on nothing
/// but the lengths of the runs, so the figures are the same on every machine.
/// </summary>
internal sealed class DifferenceSums
{
    private const int BlockLength = 4096;

    private CompensatedSum _first;
    private CompensatedSum _second;
    private CompensatedSum _product;
    private CompensatedSum _difference;
    private double _maximum;

    /// <summary>Values of both runs so far.</summary>
    public long Count { get; private set; }

    /// <summary>Pairs of equal values; two NaN count as equal.</summary>
    public long Equal { get; private set; }

    /// <summary>Pairs that differ and of which one is NaN or infinite.</summary>
    public long NonFinite { get; private set; }

    /// <summary>Frobenius norm of the difference over that of the first run; null where only the first is zero.</summary>
    public double? RelativeError =>
        _first.Value > 0 ? Math.Sqrt(Math.Max(_difference.Value, 0)) / Math.Sqrt(_first.Value) : _difference.Value == 0 ? 0 : null;

    /// <summary>Cosine of the angle between the runs; null where one is zero.</summary>
    public double? Cosine => _first.Value > 0 && _second.Value > 0
        ? Math.Clamp(_product.Value / (Math.Sqrt(_first.Value) * Math.Sqrt(_second.Value)), -1, 1)
        : null;

    /// <summary>Largest absolute difference.</summary>
    public double MaxDifference => _maximum;

    /// <summary>Adds two runs of one length.</summary>
    public void Add(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        Count += first.Length;
        while (first.Length > 0)
        {
            int length = Math.Min(first.Length, BlockLength);
            AddBlock(first[..length], second[..length]);
            first = first[length..];
            second = second[length..];
        }
    }

    private void AddBlock(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        Vector256<double> squares = default;
        Vector256<double> otherSquares = default;
        Vector256<double> products = default;
        Vector256<double> differences = default;
        Vector256<double> maximum = default;
        int equal = 0;
        ReadOnlySpan<Vector128<float>> a = MemoryMarshal.Cast<float, Vector128<float>>(first);
        ReadOnlySpan<Vector128<float>> b = MemoryMarshal.Cast<float, Vector128<float>>(second);
        for (int i = 0; i < a.Length; i++)
        {
            equal += BitOperations.PopCount(Vector128.Equals(a[i], b[i]).ExtractMostSignificantBits());
            Vector256<double> x = Widen(a[i]);
            Vector256<double> y = Widen(b[i]);
            Vector256<double> difference = x - y;
            squares += x * x;
            otherSquares += y * y;
            products += x * y;
            differences += difference * difference;
            maximum = Vector256.Max(maximum, Vector256.Abs(difference));
        }

        double square = Vector256.Sum(squares);
        double otherSquare = Vector256.Sum(otherSquares);
        double product = Vector256.Sum(products);
        double squaredDifference = Vector256.Sum(differences);
        double largest = Math.Max(Math.Max(maximum[0], maximum[1]), Math.Max(maximum[2], maximum[3]));
        for (int i = a.Length * Vector128<float>.Count; i < first.Length; i++)
        {
            double difference = (double)first[i] - second[i];
            equal += first[i] == second[i] ? 1 : 0;
            square += (double)first[i] * first[i];
            otherSquare += (double)second[i] * second[i];
            product += (double)first[i] * second[i];
            squaredDifference += difference * difference;
            largest = Math.Max(largest, Math.Abs(difference));
        }

        if (!double.IsFinite(square) || !double.IsFinite(otherSquare))
        {
            // Squares of float32 cannot overflow a double: there is a NaN or an infinity among the values.
            AddFinite(first, second);
            return;
        }

        Equal += equal;
        _maximum = Math.Max(_maximum, largest);
        AddSums(square, otherSquare, product, squaredDifference);
    }

    private void AddFinite(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        double square = 0;
        double otherSquare = 0;
        double product = 0;
        double squaredDifference = 0;
        for (int i = 0; i < first.Length; i++)
        {
            float x = first[i];
            float y = second[i];
            bool isEqual = x.Equals(y);
            Equal += isEqual ? 1 : 0;
            if (!float.IsFinite(x) || !float.IsFinite(y))
            {
                NonFinite += isEqual ? 0 : 1;
                continue;
            }

            double difference = (double)x - y;
            square += (double)x * x;
            otherSquare += (double)y * y;
            product += (double)x * y;
            squaredDifference += difference * difference;
            _maximum = Math.Max(_maximum, Math.Abs(difference));
        }

        AddSums(square, otherSquare, product, squaredDifference);
    }

    private void AddSums(double square, double otherSquare, double product, double difference)
    {
        _first.Add(square);
        _second.Add(otherSquare);
        _product.Add(product);
        _difference.Add(difference);
    }

    private static Vector256<double> Widen(Vector128<float> values)
    {
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(values);
        return Vector256.Create(lower, upper);
    }

    /// <summary>A sum with the running correction of what rounding lost (A. Neumaier, ZAMM 54, 1974).</summary>
    private struct CompensatedSum
    {
        private double _sum;
        private double _lost;

        public readonly double Value => _sum + _lost;

        public void Add(double value)
        {
            double sum = _sum + value;
            _lost += Math.Abs(_sum) >= Math.Abs(value) ? _sum - sum + value : value - sum + _sum;
            _sum = sum;
        }
    }
}
