using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Shards;

/// <summary>Holds the tensors of a model's shards against each other and against the index that lists them.</summary>
internal sealed class ShardCheck(ShardScheme scheme, ReadLimits limits)
{
    /// <summary>Checks all sets of shards of a model.</summary>
    /// <param name="location">The model.</param>
    /// <param name="tensors">The tensors of its weight files, by path.</param>
    /// <param name="warnings">Takes up what is odd but allowed.</param>
    /// <returns>Whether any of the weights are shards.</returns>
    /// <exception cref="ModelFormatException">Shards and index do not agree, or a tensor lies in two shards.</exception>
    public bool Check(
        ModelLocation location, IReadOnlyDictionary<string, IReadOnlyList<TensorInfo>> tensors, List<string> warnings)
    {
        HashSet<string> listed = new(StringComparer.Ordinal);
        foreach (string relative in location.OtherFiles.Where(file => scheme.IsIndex(Path.GetFileName(file))))
        {
            ShardIndex index = ShardIndex.Read(location.FullPath(relative), scheme, limits);
            string[] shards = ShardLocator.ShardPaths(index, relative);
            if (shards.All(tensors.ContainsKey))
            {
                CheckIndex(location, index, relative, tensors, warnings);
                listed.UnionWith(shards);
            }
        }

        bool isSharded = listed.Count > 0;
        IEnumerable<IGrouping<string, string>> sets = location.WeightFiles
            .Where(file => !listed.Contains(file) && scheme.Siblings(Path.GetFileName(file)) is not null)
            .GroupBy(SetName, StringComparer.Ordinal);
        foreach (IGrouping<string, string> set in sets)
        {
            CollectTensors(location, set, tensors);
            isSharded |= set.Skip(1).Any();
        }

        return isSharded;
    }

    // The first shard's path stands for its set.
    private string SetName(string file)
    {
        string folder = file[..(file.LastIndexOf('/') + 1)];
        return folder + scheme.Siblings(file[folder.Length..])!.First();
    }

    private void CheckIndex(
        ModelLocation location,
        ShardIndex index,
        string relative,
        IReadOnlyDictionary<string, IReadOnlyList<TensorInfo>> tensors,
        List<string> warnings)
    {
        string[] shards = ShardLocator.ShardPaths(index, relative);
        string folder = relative[..(relative.LastIndexOf('/') + 1)];
        Dictionary<string, TensorInfo> found = CollectTensors(location, shards, tensors);
        foreach ((string name, string shard) in index.WeightMap)
        {
            TensorInfo? tensor = found.GetValueOrDefault(name);
            if (tensor?.File != folder + shard)
            {
                string instead = tensor is null ? "in no shard" : $"in {ErrorText.Quote(tensor.File)}";
                throw new ModelFormatException(
                    scheme.Codes.IndexTensorMissing,
                    index.Path,
                    null,
                    $"the tensor {ErrorText.Quote(name)} is listed in {ErrorText.Quote(shard)}, but is {instead}");
            }
        }

        if (found.Values.FirstOrDefault(tensor => !index.WeightMap.ContainsKey(tensor.Name)) is { } unlisted)
        {
            throw new ModelFormatException(
                scheme.Codes.IndexTensorUnlisted,
                index.Path,
                null,
                $"the tensor {ErrorText.Quote(unlisted.Name)} of {ErrorText.Quote(unlisted.File)} is not listed");
        }

        UInt128 size = 0;
        foreach (TensorInfo tensor in found.Values)
        {
            size += (ulong)tensor.SizeBytes;
        }

        if (index.TotalSize is { } total && (UInt128)total != size)
        {
            warnings.Add($"{relative} gives a total_size of {total} bytes, the tensors have {size}");
        }
    }

    private Dictionary<string, TensorInfo> CollectTensors(
        ModelLocation location, IEnumerable<string> shards, IReadOnlyDictionary<string, IReadOnlyList<TensorInfo>> tensors)
    {
        Dictionary<string, TensorInfo> found = new(StringComparer.Ordinal);
        foreach (TensorInfo tensor in shards.SelectMany(shard => tensors[shard]))
        {
            if (!found.TryAdd(tensor.Name, tensor))
            {
                throw new ModelFormatException(
                    scheme.Codes.DuplicateTensor,
                    location.FullPath(tensor.File),
                    null,
                    $"the tensor {ErrorText.Quote(tensor.Name)} is also in {ErrorText.Quote(found[tensor.Name].File)}");
            }
        }

        return found;
    }
}
