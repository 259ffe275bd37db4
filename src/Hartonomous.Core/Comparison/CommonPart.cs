using Hartonomous.Core.Models;

namespace Hartonomous.Core.Comparison;

/// <summary>
/// The values that two tensors of different shapes have in common, as runs that lie in one piece in both: the first rows where a vocabulary
/// grew, the first columns of each row where a layer became wider.
/// </summary>
internal sealed class CommonPart
{
    private readonly long[] _first;
    private readonly long[] _second;
    private readonly int _runAxis;

    private CommonPart(long[] first, long[] second, int runAxis, string note)
    {
        _first = first;
        _second = second;
        _runAxis = runAxis;
        Note = note;
    }

    /// <summary>What the part is, a sentence for a person.</summary>
    public string Note { get; }

    /// <summary>Whether the part is one run, from the first value of both on.</summary>
    public bool IsOneRun => _runAxis == 0;

    /// <summary>
    /// The common part of two shapes; null where there is none that makes sense: another number of dimensions, a transposed matrix.
    /// </summary>
    public static CommonPart? Find(TensorShape first, TensorShape second)
    {
        long[] a = [.. first.Dimensions];
        long[] b = [.. second.Dimensions];
        if (first.ElementCount == second.ElementCount && !IsTransposed(a, b))
        {
            // [4096, 32, 128] and [4096, 4096], [1, 768] and [768]: the same values in the same order.
            return new CommonPart([first.ElementCount], [first.ElementCount], 0, $"the shapes {first} and {second} hold the same number of values");
        }

        if (a.Length != b.Length || IsTransposed(a, b) || first.ElementCount == 0 || second.ElementCount == 0)
        {
            return null;
        }

        int axis = Array.FindLastIndex([.. a.Zip(b, (x, y) => x != y)], differs => differs);
        return new CommonPart(a, b, axis, Describe(a, b));
    }

    /// <summary>Whether one is a matrix with the dimensions of the other turned round.</summary>
    public static bool IsTransposed(IReadOnlyList<long> first, IReadOnlyList<long> second) =>
        first.Count == 2 && second.Count == 2 && first[0] == second[1] && first[1] == second[0] && first[0] != first[1] &&
        first[0] > 1 && first[1] > 1;

    /// <summary>The runs: where each begins in either tensor, and its length in values.</summary>
    public IEnumerable<(long First, long Second, long Length)> Runs()
    {
        long inner = Product(_first, _runAxis + 1);
        long length = Math.Min(_first[_runAxis], _second[_runAxis]) * inner;
        long[] counts = [.. Enumerable.Range(0, _runAxis).Select(axis => Math.Min(_first[axis], _second[axis]))];
        long runs = counts.Aggregate(1L, (product, count) => product * count);
        for (long run = 0; run < runs; run++)
        {
            yield return (StartOf(run, counts, _first), StartOf(run, counts, _second), length);
        }
    }

    private static long StartOf(long run, long[] counts, long[] dimensions)
    {
        long start = 0;
        long stride = Product(dimensions, counts.Length);
        for (int axis = counts.Length - 1; axis >= 0; axis--)
        {
            start += run % counts[axis] * stride;
            run /= counts[axis];
            stride *= dimensions[axis];
        }

        return start;
    }

    private static long Product(long[] dimensions, int from) => dimensions.Skip(from).Aggregate(1L, (product, dimension) => product * dimension);

    private static string Describe(long[] first, long[] second)
    {
        List<string> changes = [];
        for (int axis = 0; axis < first.Length; axis++)
        {
            if (first[axis] != second[axis])
            {
                string where = axis == 0 && first.Length > 1 ? "rows" : first.Length == 1 ? "values" : $"in dimension {axis}";
                changes.Add(second[axis] > first[axis] ? $"{second[axis] - first[axis]} {where} more" : $"{first[axis] - second[axis]} {where} fewer");
            }
        }

        return $"{string.Join(", ", changes)}; the common part is compared";
    }
}
