using System.Diagnostics;
using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Comparison;

/// <summary>
/// Compares two models tensor by tensor, stored ones and files of any format in any combination. Tensors are read once, side by side, on all
/// cores, in bounded memory; those that the names match and whose hashes are known to be equal are not read at all.
/// </summary>
/// <remarks>Values are compared as float32: what 64-bit numbers hold beyond that counts in equal bytes, not in the errors.</remarks>
public static class ModelComparer
{
    /// <summary>Compares two models.</summary>
    /// <param name="first">The model to compare with: an opened file, or <see cref="StoredModelSource"/>.</param>
    /// <param name="second">The other.</param>
    /// <param name="filter">
    /// Given the name of a tensor, whether it counts; a pair counts where one of its names does. All count where null.
    /// </param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <exception cref="ModelFormatException">A file cannot be read to its end, or a tensor not be put together.</exception>
    /// <exception cref="Storage.StoreException">What is stored is damaged.</exception>
    public static ModelComparison Compare(
        ModelSource first,
        ModelSource second,
        Func<string, bool>? filter = null,
        IProgress<OperationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        Stopwatch clock = Stopwatch.StartNew();
        TensorMatcher matcher = new(first, second);
        List<(TensorInfo? First, TensorInfo? Second)> pairs = matcher.Match(cancellation);
        if (filter is not null)
        {
            pairs.RemoveAll(pair => !((pair.First is { } a && filter(a.Name)) || (pair.Second is { } b && filter(b.Name))));
        }

        long total = pairs.Sum(pair => pair is { First: { } a, Second: not null } ? a.SizeBytes : 0);
        long done = 0;
        string item = $"{first.Location.Name} and {second.Location.Name}";
        TensorComparer comparer = new(first, second, Advance, cancellation);
        ComparedTensor[] compared = new ComparedTensor[pairs.Count];
        ParallelWork.ForEach(Enumerable.Range(0, pairs.Count), i => compared[i] = CompareOne(pairs[i].First, pairs[i].Second), cancellation);
        (ModelVerdict verdict, string summary) = VerdictRules.Decide(first, second, compared);
        return new ModelComparison(Describe(first), Describe(second), verdict, summary, compared, clock.Elapsed.TotalSeconds);

        void Advance(long count) =>
            progress?.Report(new OperationProgress(item, Math.Min(Interlocked.Add(ref done, count), total), total));

        ComparedTensor CompareOne(TensorInfo? a, TensorInfo? b) => (a, b) switch
        {
            ({ } one, { } other) => comparer.Compare(one, other, matcher.CommonName(one, other)),
            _ => new ComparedTensor { First = a, Second = b, Status = a is null ? TensorStatus.Added : TensorStatus.Removed },
        };
    }

    private static ComparedModel Describe(ModelSource model) => new(
        model.Location.Name,
        model.Metadata.Format,
        model.Metadata.Architecture,
        model.Metadata.ParameterCount,
        model.Metadata.Tensors.Count,
        model.SizeBytes);
}
