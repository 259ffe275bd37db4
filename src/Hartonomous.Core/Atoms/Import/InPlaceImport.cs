using Hartonomous.Core.Formats;
using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms.Import;

/// <summary>What an import has to decide where contents may lie outside the store.</summary>
internal static class InPlaceImport
{
    /// <summary>Refuses an import in place that cannot be one.</summary>
    /// <exception cref="StoreException">
    /// The store copies all it holds, or the model is put together from parts of files (<c>IN_PLACE_UNSUPPORTED</c>).
    /// </exception>
    public static void Check(ImportOptions options, IModelStore store, ModelSource source)
    {
        if (!options.InPlace)
        {
            return;
        }

        if (store is not IInPlaceStore)
        {
            throw new StoreException(StoreErrorCodes.InPlaceUnsupported, store.DisplayName, "this kind of store cannot refer to files outside");
        }

        // Empty files beside the weights have no bytes to refer to.
        if (source.Files.FirstOrDefault(file => file.Bytes is not FileByteSource && file.SizeBytes > 0) is { } part)
        {
            throw new StoreException(
                StoreErrorCodes.InPlaceUnsupported,
                part.Path,
                "a selection of tensors is no file of its own: import the whole model in place, or copy the selection");
        }
    }

    /// <summary>Whether a stored model's contents lie where the options want them.</summary>
    public static bool IsPlacedAsWanted(ImportOptions options, IModelStore store, long modelId, ModelSource source)
    {
        if (store is not IInPlaceStore places || places.GetInPlaceUse(modelId) is not { Atoms: > 0 } use)
        {
            return true;
        }

        HashSet<SourceFile> files = [.. source.Files.Select(Describe)];
        return options.InPlace && use.Files.All(files.Contains);
    }

    /// <summary>A file of a model as the store records it.</summary>
    public static SourceFile Describe(ModelFile file) => new(Path.GetFullPath(file.Bytes.Name), file.SizeBytes, file.Bytes.LastWriteTimeUtc);

    /// <summary>Whether something of a stored file lies outside the store. Such a file is no twin: its equal at hand is read instead.</summary>
    public static bool IsInPlace(IModelStore store, ContentHash sha256) => store is IInPlaceStore places && places.IsInPlace(sha256);

    /// <summary>
    /// Brings what a copying import left outside into the store: contents that an earlier import in place had cut in another way.
    /// </summary>
    /// <returns>A warning where they cannot be read; the model is stored all the same.</returns>
    public static string? Settle(ImportOptions options, IModelStore store, long modelId, CancellationToken cancellation)
    {
        if (options.InPlace || store is not IInPlaceStore places || places.GetInPlaceUse(modelId).Atoms == 0)
        {
            return null;
        }

        try
        {
            places.Absorb(modelId, null, cancellation);
            return null;
        }
        catch (StoreException error) when (error.Code is StoreErrorCodes.InPlaceSourceMissing or StoreErrorCodes.InPlaceSourceChanged)
        {
            return $"Parts of the model lie in files of an earlier import in place and could not be copied: {error.Message}";
        }
    }

    /// <summary>Bytes of a model that lie outside the store.</summary>
    public static long CountBytes(IModelStore store, long modelId) => store is IInPlaceStore places ? places.GetInPlaceUse(modelId).Bytes : 0;
}
