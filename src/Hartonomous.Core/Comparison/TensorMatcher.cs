using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Comparison;

/// <summary>
/// Finds for each tensor of one model its counterpart in another, the surest sign first: the same name; the same content, which only one
/// tensor of each has; the same name in GGUF's terms; the same kind of layer, layer number and shape, which only one of each has; at last the
/// same content, in the order of the models.
/// </summary>
internal sealed class TensorMatcher
{
    private readonly ModelSource _first;
    private readonly ModelSource _second;
    private readonly TensorNameMap _firstNames;
    private readonly TensorNameMap _secondNames;
    private readonly List<TensorInfo> _leftFirst;
    private readonly List<TensorInfo> _leftSecond;
    private readonly Dictionary<TensorInfo, TensorInfo> _pairs = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<TensorInfo, ContentHash> _hashes = new(ReferenceEqualityComparer.Instance);

    /// <param name="first">The first model.</param>
    /// <param name="second">The second model.</param>
    public TensorMatcher(ModelSource first, ModelSource second)
    {
        _first = first;
        _second = second;
        _firstNames = new TensorNameMap(first.Metadata.Tensors.Select(tensor => tensor.Name));
        _secondNames = new TensorNameMap(second.Metadata.Tensors.Select(tensor => tensor.Name));
        _leftFirst = [.. first.Metadata.Tensors];
        _leftSecond = [.. second.Metadata.Tensors];
    }

    /// <summary>
    /// Pairs the tensors: those of the first model in its order, then the ones that only the second has. Reads only tensors whose names do
    /// not tell and which may be equal to another by encoding and length.
    /// </summary>
    public List<(TensorInfo? First, TensorInfo? Second)> Match(CancellationToken cancellation)
    {
        PairUnique(tensor => tensor.Name, tensor => tensor.Name);
        if (_leftFirst.Count > 0 && _leftSecond.Count > 0)
        {
            HashCandidates(cancellation);
            PairUnique(ContentOf, ContentOf);
            PairUnique(tensor => _firstNames.Find(tensor.Name), tensor => _secondNames.Find(tensor.Name));
            PairUnique(PlaceOf, PlaceOf);
            PairEqualInOrder();
        }

        return
        [
            .. _first.Metadata.Tensors.Select(tensor => ((TensorInfo?)tensor, _pairs.GetValueOrDefault(tensor))),
            .. _leftSecond.Select(tensor => ((TensorInfo?)null, (TensorInfo?)tensor)),
        ];
    }

    /// <summary>The name in GGUF's terms that both tensors of a pair have, or null.</summary>
    public string? CommonName(TensorInfo first, TensorInfo second) =>
        _firstNames.Find(first.Name) is { } name && name == _secondNames.Find(second.Name) ? name : null;

    private static object? PlaceOf(TensorInfo tensor) =>
        tensor.LayerType == LayerType.Unknown ? null : (tensor.LayerType, tensor.LayerIndex, tensor.Shape);

    private object? ContentOf(TensorInfo tensor) => _hashes.TryGetValue(tensor, out ContentHash hash) ? (hash, tensor.Dtype) : null;

    /// <summary>Pairs tensors of one key, where a single one of each model has it.</summary>
    private void PairUnique(Func<TensorInfo, object?> firstKey, Func<TensorInfo, object?> secondKey)
    {
        Dictionary<object, TensorInfo?> seconds = [];
        foreach (TensorInfo tensor in _leftSecond)
        {
            if (secondKey(tensor) is { } key && !seconds.TryAdd(key, tensor))
            {
                seconds[key] = null;
            }
        }

        foreach (IGrouping<object?, TensorInfo> group in _leftFirst.GroupBy(firstKey).ToList())
        {
            if (group.Key is { } key && group.Count() == 1 && seconds.GetValueOrDefault(key) is { } second)
            {
                _pairs.Add(group.First(), second);
            }
        }

        DropPaired();
    }

    /// <summary>Pairs what is left and equal: all-one norms, zero biases, tied weights.</summary>
    private void PairEqualInOrder()
    {
        Dictionary<object, Queue<TensorInfo>> seconds = [];
        foreach (TensorInfo tensor in _leftSecond)
        {
            if (ContentOf(tensor) is not { } key)
            {
                continue;
            }

            if (!seconds.TryGetValue(key, out Queue<TensorInfo>? queue))
            {
                seconds[key] = queue = [];
            }

            queue.Enqueue(tensor);
        }

        foreach (TensorInfo tensor in _leftFirst)
        {
            if (ContentOf(tensor) is { } key && seconds.TryGetValue(key, out Queue<TensorInfo>? queue) && queue.TryDequeue(out TensorInfo? second))
            {
                _pairs.Add(tensor, second);
            }
        }

        DropPaired();
    }

    private void DropPaired()
    {
        HashSet<TensorInfo> seconds = new(_pairs.Values, ReferenceEqualityComparer.Instance);
        _leftFirst.RemoveAll(_pairs.ContainsKey);
        _leftSecond.RemoveAll(seconds.Contains);
    }

    private void HashCandidates(CancellationToken cancellation)
    {
        HashSet<(TensorDtype, long)> sizes = [.. _leftFirst.Select(tensor => (tensor.Dtype, tensor.SizeBytes))];
        sizes.IntersectWith(_leftSecond.Select(tensor => (tensor.Dtype, tensor.SizeBytes)));
        List<(ModelSource Model, TensorInfo Tensor)> candidates =
        [
            .. _leftFirst.Select(tensor => (_first, tensor)),
            .. _leftSecond.Select(tensor => (_second, tensor)),
        ];
        ParallelWork.ForEach(
            candidates.Where(candidate => candidate.Tensor.SizeBytes > 0 && sizes.Contains((candidate.Tensor.Dtype, candidate.Tensor.SizeBytes))),
            candidate =>
            {
                ContentHash hash = candidate.Tensor.Sha256 ?? HashOf(candidate.Model, candidate.Tensor, cancellation);
                lock (_hashes)
                {
                    _hashes[candidate.Tensor] = hash;
                }
            },
            cancellation);
    }

    private static ContentHash HashOf(ModelSource model, TensorInfo tensor, CancellationToken cancellation)
    {
        using ByteSource content = model.OpenTensor(tensor);
        return FileDigest.Sha256(content, null, cancellation);
    }
}
