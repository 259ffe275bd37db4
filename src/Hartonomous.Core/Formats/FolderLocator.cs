using System.Collections.Frozen;

namespace Hartonomous.Core.Formats;

/// <summary>
/// Finds the models in a folder. A Hugging Face folder (weights with their configuration, tokenizer or shard index beside them) is one
/// model with all its files, as is a folder with the file that marks a model of a format (TensorFlow's <c>saved_model.pb</c>); in any other
/// folder each model file or set of shards is a model of its own, and each folder below whose name is a number and that is so marked, the
/// versions of a model as servers keep them. Files and folders whose name
/// begins with a dot are passed over, and links to folders are not followed, so that no loop of links is walked.
/// </summary>
internal sealed class FolderLocator(ReadLimits limits, bool recurse)
{
    /// <summary>The file that makes a folder a diffusers model, whose weights lie in the folders below.</summary>
    private const string PipelineMarker = "model_index.json";

    // Files that stand beside the weights of a Hugging Face model and say how they are to be used.
    private static readonly FrozenSet<string> Markers = FrozenSet.ToFrozenSet(
        [
            "config.json", "generation_config.json", "adapter_config.json", "preprocessor_config.json", "modules.json", "tokenizer.json",
            "tokenizer_config.json", "tokenizer.model", "vocab.json", "vocab.txt", "merges.txt", "special_tokens_map.json",
        ],
        StringComparer.Ordinal);

    private static readonly EnumerationOptions Entries = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    /// <summary>The models in a folder, in the order of their paths; none where there are none.</summary>
    /// <param name="folder">Full path of a folder that exists.</param>
    public IReadOnlyList<ModelLocation> Locate(string folder)
    {
        List<ModelLocation> models = [];
        Stack<string> pending = new([folder]);
        while (pending.TryPop(out string? current))
        {
            if (HubCacheLayout.Snapshots(current) is { } snapshots)
            {
                PushAll(pending, snapshots);
            }
            else if (LocateModelFolder(current) is { } model)
            {
                models.Add(model);
            }
            else
            {
                AddModelFiles(current, models);
                PushAll(pending, recurse ? Folders(current) : Versions(current));
            }
        }

        return models;
    }

    /// <summary>The location with a warning if the extension of the file that led to it is not one of its format's.</summary>
    public static ModelLocation WithExtensionWarning(ModelLocation location, string path)
    {
        IModelFormat? format = FormatRegistry.Find(location.Format);
        return format is null || format.HasUsualName(Path.GetFileName(path))
            ? location
            : location with
            {
                Warnings =
                [
                    .. location.Warnings,
                    $"{Path.GetFileName(path)} holds {location.Format}, " +
                    $"whose files usually end in {string.Join(" or ", format.Extensions)}",
                ],
            };
    }

    /// <summary>A folder as one model of a format with all its files, whatever else lies there.</summary>
    /// <param name="folder">Full path of a folder that exists.</param>
    /// <param name="format">The format.</param>
    public ModelLocation LocateAs(string folder, IModelFormat format) =>
        BuildModelFolder(folder, format, new Dictionary<string, IModelFormat>(StringComparer.Ordinal));

    private static void PushAll(Stack<string> pending, IReadOnlyList<string> folders)
    {
        for (int i = folders.Count - 1; i >= 0; i--)
        {
            pending.Push(folders[i]);
        }
    }

    private static List<string> Folders(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateDirectories("*", Entries)
            .Where(entry => !IsHidden(entry.Name) && entry.LinkTarget is null)
            .Select(entry => entry.FullName)
            .Order(StringComparer.Ordinal),
    ];

    private static List<string> Versions(string folder) =>
        [.. Folders(folder).Where(path => Path.GetFileName(path).All(char.IsAsciiDigit) && FindMarker(Files(path)) is not null)];

    private static IModelFormat? FindMarker(List<string> files) =>
        files.Select(path => FormatRegistry.FindByMarker(Path.GetFileName(path))).FirstOrDefault(format => format is not null);

    private static List<string> Files(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateFiles("*", Entries)
            .Where(entry => !IsHidden(entry.Name))
            .Select(entry => entry.FullName)
            .Order(StringComparer.Ordinal),
    ];

    // Also .git and .cache, where hubs keep what is not the model's.
    private static bool IsHidden(string name) => name.StartsWith('.');

    private ModelLocation? LocateModelFolder(string folder)
    {
        List<string> files = Files(folder);
        return LocateHubFolder(folder, files) ?? (FindMarker(files) is { } format ? LocateAs(folder, format) : null);
    }

    private ModelLocation? LocateHubFolder(string folder, List<string> files)
    {
        bool isPipeline = files.Any(path => Path.GetFileName(path) == PipelineMarker);
        bool hasIndex = files.Any(path => FormatRegistry.FindByIndex(Path.GetFileName(path)) is not null);
        if (!isPipeline && !hasIndex && !files.Any(path => Markers.Contains(Path.GetFileName(path))))
        {
            return null;
        }

        // The weights of a diffusers model lie below; those of the others beside what marks the folder.
        Dictionary<string, IModelFormat> formats = new(StringComparer.Ordinal);
        IModelFormat? format = FindWeights(isPipeline ? AllFiles(folder) : files, formats).FirstOrDefault();
        format ??= files.Select(path => FormatRegistry.FindByIndex(Path.GetFileName(path))).FirstOrDefault(found => found is not null);
        return format is null ? null : BuildModelFolder(folder, format, formats);
    }

    private ModelLocation BuildModelFolder(string folder, IModelFormat format, Dictionary<string, IModelFormat> formats)
    {
        List<string> weights = [];
        List<string> others = [];
        List<string> warnings = [];
        List<string> all = AllFiles(folder);
        FindWeights(all, formats);
        foreach (string path in all)
        {
            IModelFormat? found = formats.GetValueOrDefault(path);
            string relative = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (new FileInfo(path).LinkTarget is not null && (!ContainedPath.IsInside(folder, path) || !ContainedPath.FileExists(path)))
            {
                warnings.Add($"{relative} is a link that leads out of the folder or to nothing; it is left out");
            }
            else if (found == format)
            {
                weights.Add(relative);
            }
            else
            {
                others.Add(relative);
                if (found is not null)
                {
                    warnings.Add($"{relative} holds a {found.Format} model, which is kept as a plain file of this one");
                }
            }
        }

        string name = ModelNaming.FolderName(folder);
        ModelLocation location = new()
        {
            Name = name.Length > 0 ? name : "model",
            Format = format.Format,
            Folder = folder,
            WeightFiles = weights,
            OtherFiles = others,
            IsFolder = true,
            Warnings = warnings,
        };
        try
        {
            return format.CheckFolder(location, limits);
        }
        catch (ModelFormatException error)
        {
            return location with { Error = error };
        }
    }

    // Notes the format of each file that is a model, and returns those formats that keep their configuration in files of their own.
    private static IEnumerable<IModelFormat> FindWeights(List<string> paths, Dictionary<string, IModelFormat> formats)
    {
        foreach (string path in paths)
        {
            if (!formats.ContainsKey(path) && Examine(path) is { } format)
            {
                formats[path] = format;
            }
        }

        return FormatRegistry.All.Where(format => format.HasCompanionFiles && formats.ContainsValue(format));
    }

    private static List<string> AllFiles(string folder)
    {
        List<string> files = [];
        Stack<string> pending = new([folder]);
        while (pending.TryPop(out string? current))
        {
            files.AddRange(Files(current));
            PushAll(pending, Folders(current));
        }

        files.Sort(StringComparer.Ordinal);
        return files;
    }

    private void AddModelFiles(string folder, List<ModelLocation> models)
    {
        HashSet<string> taken = new(StringComparer.Ordinal);
        HashSet<string> failures = new(StringComparer.Ordinal);
        foreach (string path in Files(folder))
        {
            if (taken.Contains(path) || Examine(path) is not { } format)
            {
                continue;
            }

            try
            {
                ModelLocation model = format.Locate(path, limits);
                taken.UnionWith(model.WeightFiles.Concat(model.OtherFiles).Select(model.FullPath));
                models.Add(WithExtensionWarning(model, path));
            }
            catch (ModelFormatException error)
            {
                // The shards of one set all fail alike; one of them speaks for the set.
                if (failures.Add(error.Message))
                {
                    string file = Path.GetFileName(path);
                    models.Add(new ModelLocation
                    {
                        Name = ModelNaming.DefaultName(folder, Path.GetFileNameWithoutExtension(file)),
                        Format = format.Format,
                        Folder = folder,
                        WeightFiles = [file],
                        Error = error,
                    });
                }
            }
        }
    }

    // The format of a file that is a model or was meant to be one; null for all others. A folder is not given up for one file in it.
    private static IModelFormat? Examine(string path)
    {
        try
        {
            FormatDetection detection = FormatRegistry.Examine(path);
            return detection.Format ?? FormatRegistry.FindByExtension(path);
        }
        catch (Exception error) when (error is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return FormatRegistry.FindByExtension(path);
        }
    }
}
