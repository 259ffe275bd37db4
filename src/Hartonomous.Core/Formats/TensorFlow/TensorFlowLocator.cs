using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.TensorFlow;

/// <summary>Finds the files that belong together: those of a SavedModel, of a checkpoint.</summary>
internal static class TensorFlowLocator
{
    /// <summary>The file that makes a folder a SavedModel.</summary>
    public const string SavedModelFile = "saved_model.pb";

    private const string VariablesFolder = "variables";
    private const string VariablesPrefix = "variables";
    private const string VariablesIndex = $"{VariablesFolder}/{VariablesPrefix}{BundleNames.IndexExtension}";

    /// <summary>The model of a file: the SavedModel whose graph or variables it is, the checkpoint it is of, or the file alone.</summary>
    public static ModelLocation Locate(string path, ReadLimits limits)
    {
        string folder = Path.GetDirectoryName(path)!;
        string fileName = Path.GetFileName(path);
        if (FindSavedModel(folder, fileName) is { } savedModel)
        {
            ModelLocation location = new FolderLocator(limits, recurse: false).LocateAs(savedModel, new TensorFlowFormat());
            return location.Error is { } error ? throw error : location;
        }

        string? prefix = BundleNames.PrefixOfData(fileName) ?? BundleNames.PrefixOfIndex(fileName);
        return prefix is not null &&
            (BundleNames.PrefixOfData(fileName) is not null || BundleNames.HasData(folder, prefix) || EndsAsTable(path))
            ? Checkpoint(folder, prefix, limits)
            : SingleFile(folder, fileName, path, limits);
    }

    /// <summary>
    /// Sorts the files of a SavedModel: the graph, the index of the variables and the files with them hold weights, all others belong to
    /// it.
    /// </summary>
    public static ModelLocation CheckFolder(ModelLocation location, ReadLimits limits)
    {
        HashSet<string> all = [.. location.WeightFiles, .. location.OtherFiles];
        List<string> weights = [SavedModelFile];
        if (all.Contains(VariablesIndex))
        {
            int count = BundleIndexReader.ReadShardCount(location.FullPath(VariablesIndex), limits);
            weights.Add(VariablesIndex);
            IEnumerable<string> shards = Shards(location.Folder, $"{VariablesFolder}/", VariablesPrefix, count);
            weights.AddRange(shards.Where(file => IsFilled(location, file)));
        }
        else if (all.Any(file => file.StartsWith($"{VariablesFolder}/", StringComparison.Ordinal) &&
            BundleNames.PrefixOfData(file[(VariablesFolder.Length + 1)..]) == VariablesPrefix))
        {
            throw IndexMissing(location.FullPath(VariablesIndex));
        }

        return location with
        {
            Name = NameOf(location),
            WeightFiles = weights,
            OtherFiles = [.. all.Except(weights, StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Warnings = [],
        };
    }

    /// <summary>The paths of all files with data of a checkpoint, in their order, relative to the model's folder.</summary>
    public static IEnumerable<string> DataFiles(string indexFile, int count)
    {
        string prefix = indexFile[..^BundleNames.IndexExtension.Length];
        return Enumerable.Range(0, count).Select(shard => BundleNames.DataName(prefix, shard, count));
    }

    // Servers keep each version of a model in a folder whose name is its number; the number alone would name nothing.
    private static string NameOf(ModelLocation location)
    {
        string version = Path.GetFileName(location.Folder);
        bool isNumber = version.Length > 0 && version.All(char.IsAsciiDigit);
        string? parent = isNumber ? Path.GetFileName(Path.GetDirectoryName(location.Folder)) : null;
        return string.IsNullOrEmpty(parent) ? location.Name : $"{parent}-{version}";
    }

    private static string? FindSavedModel(string folder, string fileName)
    {
        if (fileName == SavedModelFile)
        {
            return folder;
        }

        bool isVariables = Path.GetFileName(folder) == VariablesFolder &&
            (BundleNames.PrefixOfData(fileName) ?? BundleNames.PrefixOfIndex(fileName)) == VariablesPrefix;
        return isVariables && Path.GetDirectoryName(folder) is { } parent && File.Exists(Path.Combine(parent, SavedModelFile))
            ? parent
            : null;
    }

    private static ModelLocation Checkpoint(string folder, string prefix, ReadLimits limits)
    {
        string indexFile = prefix + BundleNames.IndexExtension;
        string indexPath = Path.Combine(folder, indexFile);
        if (!File.Exists(indexPath))
        {
            throw IndexMissing(indexPath);
        }

        int count = BundleIndexReader.ReadShardCount(indexPath, limits);
        string[] shards = [.. Shards(folder, string.Empty, prefix, count)];
        string metaGraph = prefix + BundleNames.MetaGraphExtension;
        ModelLocation location = new()
        {
            Name = ModelNaming.DefaultName(folder, prefix),
            Format = ModelFormat.TensorFlow,
            Folder = folder,
            WeightFiles = [],
        };
        return location with
        {
            WeightFiles = [indexFile, .. shards.Where(file => IsFilled(location, file))],
            OtherFiles =
            [
                .. shards.Where(file => !IsFilled(location, file)),
                .. File.Exists(Path.Combine(folder, metaGraph)) ? [metaGraph] : Array.Empty<string>(),
            ],
        };
    }

    private static ModelLocation SingleFile(string folder, string fileName, string path, ReadLimits limits)
    {
        if (EndsAsTable(path))
        {
            // A table of another name can only be a checkpoint of version 1, or one whose files were renamed; its header says which.
            _ = BundleIndexReader.ReadShardCount(path, limits);
            throw new ModelFormatException(
                TensorFlowErrorCodes.ShardMissing, path, null,
                "this is the index of a checkpoint, whose name should end in .index as its data's is NAME.data-...");
        }

        return new ModelLocation
        {
            Name = ModelNaming.DefaultName(folder, Path.GetFileNameWithoutExtension(fileName)),
            Format = ModelFormat.TensorFlow,
            Folder = folder,
            WeightFiles = [fileName],
        };
    }

    // Each is asked for before the next, so that a count that lies costs nothing.
    private static IEnumerable<string> Shards(string folder, string subfolder, string prefix, int count)
    {
        for (int shard = 0; shard < count; shard++)
        {
            string relative = subfolder + BundleNames.DataName(prefix, shard, count);
            string path = Path.Combine(folder, relative);
            yield return File.Exists(path)
                ? relative
                : throw new ModelFormatException(
                    TensorFlowErrorCodes.ShardMissing, path, null,
                    $"shard {shard} of the {count} that the checkpoint's index names is not there");
        }
    }

    // A device that had no variables to save leaves an empty file, which holds no weights.
    private static bool IsFilled(ModelLocation location, string file) => new FileInfo(location.FullPath(file)).Length > 0;

    private static bool EndsAsTable(string path)
    {
        using IO.FileByteSource file = IO.FileByteSource.Open(path);
        Span<byte> end = stackalloc byte[SortedTable.Magic.Length];
        if (file.Length < SortedTable.FooterSize)
        {
            return false;
        }

        file.ReadExactly(file.Length - end.Length, end);
        return end.SequenceEqual(SortedTable.Magic);
    }

    private static ModelFormatException IndexMissing(string path) => new(
        TensorFlowErrorCodes.IndexMissing, path, null, "the index of a checkpoint is not there, without which its data say nothing");
}
