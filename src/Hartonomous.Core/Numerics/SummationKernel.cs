using System.Numerics;
using System.Runtime.InteropServices;

namespace Hartonomous.Core.Numerics;

/// <summary>
/// Sums over a run of values in 16 lanes: value i belongs to lane i modulo 16, a lane adds its values in their order, and the lanes are
/// added from the first to the last. A vector register holds some of the lanes, as many as the machine lets it, so that the width changes
/// which lanes are worked on together and nothing else.
/// </summary>
internal static class SummationKernel
{
    /// <summary>Longest run. Counts of a lane fit 32 bits, and the values stay in the first caches while several passes go over them.</summary>
    public const int MaxLength = 16_384;

    private const int Lanes = 16;
    private const int ExponentMask = 0x7F80_0000;

    /// <summary>The sums over <paramref name="values"/>.</summary>
    /// <param name="values">At most <see cref="MaxLength"/> values.</param>
    /// <param name="threshold">Magnitude up to which a value counts as zero.</param>
    public static SpanSums Sum(ReadOnlySpan<float> values, float threshold)
    {
        LaneSums lanes = new(stackalloc double[LaneSums.Length]);
        SpanSums sums = SpanSums.Empty;
        int whole = values.Length - (values.Length % Lanes);
        ref float first = ref MemoryMarshal.GetReference(values);
        for (int lane = 0; lane < Lanes; lane += Vector<float>.Count)
        {
            SumLanes(ref first, lane, whole, threshold, lanes, ref sums);
        }

        SumScalar(values, whole, threshold, lanes, ref sums);
        return lanes.Finish(sums);
    }

    /// <summary>What <see cref="Sum"/> gives, one value at a time.</summary>
    internal static SpanSums SumScalar(ReadOnlySpan<float> values, float threshold)
    {
        LaneSums lanes = new(stackalloc double[LaneSums.Length]);
        SpanSums sums = SpanSums.Empty;
        SumScalar(values, 0, threshold, lanes, ref sums);
        return lanes.Finish(sums);
    }

    private static void SumLanes(ref float first, int lane, int whole, float threshold, LaneSums lanes, ref SpanSums sums)
    {
        Vector<int> exponent = new(ExponentMask);
        Vector<float> limit = new(threshold);
        Vector<float> highest = new(float.PositiveInfinity);
        Vector<float> min = highest;
        Vector<float> max = -highest;
        Vector<int> finite = default;
        Vector<int> numbers = default;
        Vector<int> zeros = default;
        Vector<double> sumA = default, sumB = default, sumErrorA = default, sumErrorB = default;
        Vector<double> absA = default, absB = default, absErrorA = default, absErrorB = default;
        Vector<double> squareA = default, squareB = default, squareErrorA = default, squareErrorB = default;
        for (int i = lane; i < whole; i += Lanes)
        {
            Vector<float> value = Vector.LoadUnsafe(ref first, (nuint)i);
            Vector<int> isFinite = Vector.LessThan(Vector.AsVectorInt32(value) & exponent, exponent);
            finite -= isFinite;
            numbers -= Vector.Equals(value, value);
            min = Vector.MinNative(min, Vector.ConditionalSelect(isFinite, value, highest));
            max = Vector.MaxNative(max, Vector.ConditionalSelect(isFinite, value, -highest));
            value = Vector.ConditionalSelect(isFinite, value, default);
            Vector<float> magnitude = Vector.Abs(value);
            zeros -= Vector.LessThanOrEqual(magnitude, limit) & isFinite;
            Vector.Widen(value, out Vector<double> valueA, out Vector<double> valueB);
            Vector.Widen(magnitude, out Vector<double> magnitudeA, out Vector<double> magnitudeB);
            Add(ref sumA, ref sumErrorA, valueA);
            Add(ref sumB, ref sumErrorB, valueB);
            Add(ref absA, ref absErrorA, magnitudeA);
            Add(ref absB, ref absErrorB, magnitudeB);
            Add(ref squareA, ref squareErrorA, valueA * valueA);
            Add(ref squareB, ref squareErrorB, valueB * valueB);
        }

        lanes.Store(LaneSums.Sums, lane, sumA, sumB, sumErrorA, sumErrorB);
        lanes.Store(LaneSums.Magnitudes, lane, absA, absB, absErrorA, absErrorB);
        lanes.Store(LaneSums.Squares, lane, squareA, squareB, squareErrorA, squareErrorB);
        int steps = whole / Lanes;
        sums.Finite += Vector.Sum(finite);
        sums.Nan += (steps * Vector<int>.Count) - Vector.Sum(numbers);
        sums.Zeros += Vector.Sum(zeros);
        for (int i = 0; i < Vector<float>.Count; i++)
        {
            sums.Min = Math.Min(sums.Min, min[i]);
            sums.Max = Math.Max(sums.Max, max[i]);
        }
    }

    private static void SumScalar(ReadOnlySpan<float> values, int start, float threshold, LaneSums lanes, ref SpanSums sums)
    {
        for (int i = start; i < values.Length; i++)
        {
            float value = values[i];
            if (!float.IsFinite(value))
            {
                sums.Nan += float.IsNaN(value) ? 1 : 0;
                continue;
            }

            sums.Finite++;
            sums.Zeros += Math.Abs(value) <= threshold ? 1 : 0;
            sums.Min = Math.Min(sums.Min, value);
            sums.Max = Math.Max(sums.Max, value);
            lanes.Add(LaneSums.Sums, i % Lanes, value);
            lanes.Add(LaneSums.Magnitudes, i % Lanes, Math.Abs(value));
            lanes.Add(LaneSums.Squares, i % Lanes, (double)value * value);
        }
    }

    /// <summary><see cref="CompensatedSum.Add(double)"/> on each element.</summary>
    private static void Add(ref Vector<double> sum, ref Vector<double> error, Vector<double> term)
    {
        Vector<double> next = sum + term;
        Vector<double> part = next - sum;
        error += (sum - (next - part)) + (term - part);
        sum = next;
    }

    /// <summary>The running sums of the lanes: of each kind 16 upper and 16 lower parts.</summary>
    private readonly ref struct LaneSums(Span<double> parts)
    {
        public const int Sums = 0;
        public const int Magnitudes = 2 * Lanes;
        public const int Squares = 4 * Lanes;
        public const int Length = 6 * Lanes;

        private readonly Span<double> _parts = parts;

        public void Store(
            int kind, int lane, Vector<double> highA, Vector<double> highB, Vector<double> lowA, Vector<double> lowB)
        {
            highA.CopyTo(_parts[(kind + lane)..]);
            highB.CopyTo(_parts[(kind + lane + Vector<double>.Count)..]);
            lowA.CopyTo(_parts[(kind + Lanes + lane)..]);
            lowB.CopyTo(_parts[(kind + Lanes + lane + Vector<double>.Count)..]);
        }

        public void Add(int kind, int lane, double term)
        {
            CompensatedSum sum = new(_parts[kind + lane], 0);
            sum.Add(term);
            (_parts[kind + lane], double error) = sum.Parts;
            _parts[kind + Lanes + lane] += error;
        }

        public SpanSums Finish(SpanSums sums)
        {
            sums.Sum = Total(Sums);
            sums.Magnitudes = Total(Magnitudes);
            sums.Squares = Total(Squares);

            // Which of two zeros is found depends on the instruction set; the sum with +0 is +0 for both.
            sums.Min += 0f;
            sums.Max += 0f;
            return sums;
        }

        private CompensatedSum Total(int kind)
        {
            CompensatedSum total = default;
            for (int lane = 0; lane < Lanes; lane++)
            {
                total.Add(new CompensatedSum(_parts[kind + lane], _parts[kind + Lanes + lane]));
            }

            return total;
        }
    }
}
