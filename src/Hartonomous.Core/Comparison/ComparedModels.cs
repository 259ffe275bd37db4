using Hartonomous.Core.Atoms;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Comparison;

/// <summary>Opens what a user names as one of two models.</summary>
public static class ComparedModels
{
    /// <summary>
    /// Opens a stored model of the name, else the model at the path. A file that has the name of a stored model is meant where its path is
    /// written with its folder (<c>./NAME</c>).
    /// </summary>
    /// <param name="store">The store; null where there is none.</param>
    /// <param name="nameOrPath">The name or the path.</param>
    /// <param name="cancellation">Ends the reading of headers.</param>
    /// <exception cref="StoreException">There is neither a stored model nor a file of the name (<c>MODEL_NOT_FOUND</c>).</exception>
    /// <exception cref="ModelFormatException">The file is not as its format says, or the folder holds several models.</exception>
    public static ModelSource Open(IModelStore? store, string nameOrPath, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        if (store?.FindModel(nameOrPath) is { } stored)
        {
            return StoredModelSource.Open(store, stored.Name);
        }

        if (!Path.Exists(nameOrPath))
        {
            throw new StoreException(StoreErrorCodes.ModelNotFound, nameOrPath, "there is neither a stored model of this name nor a file");
        }

        IReadOnlyList<ModelLocation> locations = ModelReader.Locate(nameOrPath);
        return locations.Count == 1
            ? ModelReader.Open(locations[0], cancellation: cancellation)
            : throw new ModelFormatException(
                FormatErrorCodes.FolderSeveralModels,
                Path.GetFullPath(nameOrPath),
                null,
                $"the folder holds {locations.Count} models, one is expected; name one of them, such as {locations[0].DisplayPath}");
    }
}
