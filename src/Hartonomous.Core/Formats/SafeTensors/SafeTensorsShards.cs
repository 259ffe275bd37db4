using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.SafeTensors;

/// <summary>Holds the headers of a model's shards against each other and against the index that lists them.</summary>
internal static class SafeTensorsShards
{
    /// <summary>Checks all sets of shards of a model.</summary>
    /// <param name="location">The model.</param>
    /// <param name="headers">The headers of its weight files, by path.</param>
    /// <param name="limits">What is accepted of an index.</param>
    /// <param name="warnings">Takes up what is odd but allowed.</param>
    /// <returns>Whether any of the weights are shards.</returns>
    /// <exception cref="ModelFormatException">Shards and index do not agree, or a tensor lies in two shards.</exception>
    public static bool Check(
        ModelLocation location, IReadOnlyDictionary<string, SafeTensorsHeader> headers, ReadLimits limits, List<string> warnings)
    {
        HashSet<string> listed = new(StringComparer.Ordinal);
        foreach (string relative in location.OtherFiles.Where(file => SafeTensorsNames.IsIndex(Path.GetFileName(file))))
        {
            SafeTensorsIndex index = SafeTensorsIndex.Read(location.FullPath(relative), limits);
            string[] shards = SafeTensorsLocator.ShardPaths(index, relative);
            if (shards.All(headers.ContainsKey))
            {
                CheckIndex(location, index, relative, headers, warnings);
                listed.UnionWith(shards);
            }
        }

        bool isSharded = listed.Count > 0;
        IEnumerable<IGrouping<string, string>> sets = location.WeightFiles
            .Where(file => !listed.Contains(file) && SafeTensorsNames.Siblings(Path.GetFileName(file)) is not null)
            .GroupBy(SetName, StringComparer.Ordinal);
        foreach (IGrouping<string, string> set in sets)
        {
            CollectTensors(location, set, headers);
            isSharded |= set.Skip(1).Any();
        }

        return isSharded;
    }

    // The first shard's path stands for its set.
    private static string SetName(string file)
    {
        string folder = file[..(file.LastIndexOf('/') + 1)];
        return folder + SafeTensorsNames.Siblings(file[folder.Length..])!.First();
    }

    private static void CheckIndex(
        ModelLocation location,
        SafeTensorsIndex index,
        string relative,
        IReadOnlyDictionary<string, SafeTensorsHeader> headers,
        List<string> warnings)
    {
        string[] shards = SafeTensorsLocator.ShardPaths(index, relative);
        string folder = relative[..(relative.LastIndexOf('/') + 1)];
        Dictionary<string, TensorInfo> found = CollectTensors(location, shards, headers);
        foreach ((string name, string shard) in index.WeightMap)
        {
            TensorInfo? tensor = found.GetValueOrDefault(name);
            if (tensor?.File != folder + shard)
            {
                string instead = tensor is null ? "in no shard" : $"in {ErrorText.Quote(tensor.File)}";
                throw new ModelFormatException(
                    SafeTensorsErrorCodes.IndexTensorMissing,
                    index.Path,
                    null,
                    $"the tensor {ErrorText.Quote(name)} is listed in {ErrorText.Quote(shard)}, but is {instead}");
            }
        }

        if (found.Values.FirstOrDefault(tensor => !index.WeightMap.ContainsKey(tensor.Name)) is { } unlisted)
        {
            throw new ModelFormatException(
                SafeTensorsErrorCodes.IndexTensorUnlisted,
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

    private static Dictionary<string, TensorInfo> CollectTensors(
        ModelLocation location, IEnumerable<string> shards, IReadOnlyDictionary<string, SafeTensorsHeader> headers)
    {
        Dictionary<string, TensorInfo> found = new(StringComparer.Ordinal);
        foreach (TensorInfo tensor in shards.SelectMany(shard => headers[shard].Tensors))
        {
            if (!found.TryAdd(tensor.Name, tensor))
            {
                throw new ModelFormatException(
                    SafeTensorsErrorCodes.DuplicateTensor,
                    location.FullPath(tensor.File),
                    null,
                    $"the tensor {ErrorText.Quote(tensor.Name)} is also in {ErrorText.Quote(found[tensor.Name].File)}");
            }
        }

        return found;
    }
}
