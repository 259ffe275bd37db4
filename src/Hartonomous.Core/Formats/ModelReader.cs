using Hartonomous.Core.Formats.StableDiffusion;

namespace Hartonomous.Core.Formats;

/// <summary>Finds models and opens them: the way into this folder.</summary>
public static class ModelReader
{
    /// <summary>The models at a path: the one a file belongs to, or those in a folder.</summary>
    /// <remarks>
    /// Locating only finds out what is there; that a model is not as its format says is found when it is opened. Of several models in a
    /// folder, one with missing shards is returned with <see cref="ModelLocation.Error"/>; a model that is alone throws it here.
    /// </remarks>
    /// <param name="path">A model file, one of its shards, a shard index, or a folder.</param>
    /// <param name="recurse">Whether the folders below a folder of several models are searched as well.</param>
    /// <param name="limits">What is accepted of an index; the defaults where null.</param>
    /// <returns>The models in the order of their paths; one at least.</returns>
    /// <exception cref="ModelFormatException">There is nothing at the path, or no model, or its shards are not complete.</exception>
    public static IReadOnlyList<ModelLocation> Locate(string path, bool recurse = false, ReadLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ReadLimits accepted = limits ?? ReadLimits.Default;
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ModelFormatException(FormatErrorCodes.FileNotFound, ErrorText.Quote(path), null, "there is no such file");
        }

        string full = Path.GetFullPath(path);
        if (!Directory.Exists(full))
        {
            return [LocateFile(full, accepted)];
        }

        IReadOnlyList<ModelLocation> models = new FolderLocator(accepted, recurse).Locate(Path.TrimEndingDirectorySeparator(full));
        return models switch
        {
            [] => throw new ModelFormatException(FormatErrorCodes.FolderNoModel, full, null, "the folder holds no model"),
            [{ Error: { } error }] => throw error,
            _ => models,
        };
    }

    /// <summary>Opens a located model and reads its headers, nothing more.</summary>
    /// <exception cref="ModelFormatException">A file is not as its format says.</exception>
    public static ModelSource Open(ModelLocation location, ReadLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(location);
        if (location.Error is { } found)
        {
            throw found;
        }

        IModelFormat format = FormatRegistry.Find(location.Format)
            ?? throw new ModelFormatException(
                FormatErrorCodes.FormatUnsupported, location.DisplayPath, null, $"this version does not read {location.Format} models");
        try
        {
            ModelSource source = format.Open(location, limits ?? ReadLimits.Default, cancellation);
            source.Metadata = DiffusionDescription.Apply(source.Metadata);
            return source;
        }
        catch (ModelFormatException error) when (FindForeign(location, error) is { } foreign)
        {
            throw new ModelFormatException(
                FormatErrorCodes.FormatUnsupported, error.File, 0, $"this is {foreign}, not a {location.Format} file", error);
        }
    }

    private static ModelLocation LocateFile(string path, ReadLimits limits)
    {
        IModelFormat? indexed = FormatRegistry.FindByIndex(Path.GetFileName(path));
        return indexed is not null && File.Exists(path)
            ? indexed.Locate(path, limits)
            : FolderLocator.WithExtensionWarning(FormatRegistry.Detect(path).Format!.Locate(path, limits), path);
    }

    // A weight file that its extension alone brought to a reader may be something else altogether: a pointer of Git LFS, a renamed archive.
    private static string? FindForeign(ModelLocation location, ModelFormatException error) =>
        location.WeightFiles.Any(file => location.FullPath(file) == error.File) && new FileInfo(error.File) is { Exists: true, Length: > 0 }
            ? FormatRegistry.FindForeign(error.File)
            : null;
}
