namespace Hartonomous.Core.Formats.Shards;

/// <summary>Finds the shards that belong together: by the index that lists them, or by their numbers.</summary>
internal sealed class ShardLocator(ShardScheme scheme, ReadLimits limits)
{
    /// <summary>The model of a file or of an index.</summary>
    public ModelLocation Locate(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        string fileName = Path.GetFileName(path);
        if (scheme.IsIndex(fileName))
        {
            return Sharded(folder, ShardIndex.Read(path, scheme, limits));
        }

        if (FindIndex(folder, fileName) is { } index)
        {
            return Sharded(folder, index);
        }

        return new ModelLocation
        {
            Name = ModelNaming.DefaultName(folder, scheme.Stem(fileName)),
            Format = scheme.Format,
            Folder = folder,
            WeightFiles = CompleteSet(folder, fileName) ?? [fileName],
        };
    }

    /// <summary>
    /// Checks a model's folder: the shards of each index and of each numbered set are complete. An index of which no shard is there, beside
    /// other weights, lists a variant that was not downloaded.
    /// </summary>
    public ModelLocation CheckFolder(ModelLocation location)
    {
        HashSet<string> weights = new(location.WeightFiles, StringComparer.Ordinal);
        HashSet<string> listed = new(StringComparer.Ordinal);
        List<string> warnings = [.. location.Warnings];
        foreach (string relative in location.OtherFiles.Where(file => scheme.IsIndex(Path.GetFileName(file))))
        {
            ShardIndex index = ShardIndex.Read(location.FullPath(relative), scheme, limits);
            string[] shards = ShardPaths(index, relative);
            string folder = Path.GetDirectoryName(index.Path)!;
            string[] missing = [.. index.Shards.Where(shard => !File.Exists(ContainedPath.Resolve(folder, shard, index.Path)))];
            if (missing.Length > 0 && (missing.Length < shards.Length || weights.Count == 0))
            {
                throw ShardsMissing(index, missing);
            }

            if (missing.Length > 0)
            {
                warnings.Add($"{relative} lists shards of which none is there; it is kept as a plain file");
                continue;
            }

            // A shard is a weight file by the word of the index, whatever it is called and however it begins.
            listed.UnionWith(shards);
            weights.UnionWith(shards);
        }

        foreach (string file in location.WeightFiles.Where(file => !listed.Contains(file)))
        {
            string path = location.FullPath(file);
            CompleteSet(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        }

        return location with
        {
            WeightFiles = [.. weights.Order(StringComparer.Ordinal)],
            OtherFiles = [.. location.OtherFiles.Where(file => !weights.Contains(file))],
            Warnings = warnings,
        };
    }

    /// <summary>The paths of an index's shards relative to the model's folder, in which the index itself lies at <paramref name="relative"/>.</summary>
    public static string[] ShardPaths(ShardIndex index, string relative)
    {
        string folder = relative[..(relative.LastIndexOf('/') + 1)];
        return [.. index.Shards.Select(shard => folder + shard)];
    }

    private ModelLocation Sharded(string folder, ShardIndex index)
    {
        string[] missing = [.. index.Shards.Where(shard => !File.Exists(ContainedPath.Resolve(folder, shard, index.Path)))];
        string fileName = Path.GetFileName(index.Path);
        return missing.Length > 0
            ? throw ShardsMissing(index, missing)
            : new ModelLocation
            {
                Name = ModelNaming.DefaultName(folder, scheme.Stem(fileName)),
                Format = scheme.Format,
                Folder = folder,
                WeightFiles = index.Shards,
                OtherFiles = [fileName],
            };
    }

    // The index in the folder that lists the file. A broken one is an error only where the file is a shard of its set by name.
    private ShardIndex? FindIndex(string folder, string fileName)
    {
        string? stem = scheme.Siblings(fileName) is null ? null : scheme.Stem(fileName);
        foreach (string path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (!scheme.IsIndex(name))
            {
                continue;
            }

            try
            {
                ShardIndex index = ShardIndex.Read(path, scheme, limits);
                if (index.Shards.Contains(fileName, StringComparer.Ordinal))
                {
                    return index;
                }
            }
            catch (ModelFormatException) when (scheme.Stem(name) != stem)
            {
                continue;
            }
        }

        return null;
    }

    // The numbered set that a file belongs to by its name, or null for a file without a number.
    private List<string>? CompleteSet(string folder, string fileName)
    {
        if (scheme.Siblings(fileName) is not { } siblings)
        {
            return null;
        }

        List<string> set = [];
        foreach (string sibling in siblings)
        {
            if (!File.Exists(Path.Combine(folder, sibling)))
            {
                throw new ModelFormatException(
                    scheme.Codes.ShardMissing, folder, null, $"the shard {ErrorText.Quote(sibling)} is not there");
            }

            set.Add(sibling);
        }

        return set;
    }

    private ModelFormatException ShardsMissing(ShardIndex index, string[] missing) => new(
        scheme.Codes.IndexShardMissing,
        index.Path,
        null,
        $"{missing.Length} of {index.Shards.Count} shards are not there, the first is {ErrorText.Quote(missing[0])}");
}
