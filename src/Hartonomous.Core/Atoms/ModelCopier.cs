using Hartonomous.Core.Atoms.Export;
using Hartonomous.Core.Atoms.Import;
using Hartonomous.Core.Formats;
using Hartonomous.Core.Storage;

namespace Hartonomous.Core.Atoms;

/// <summary>
/// Copies models from one store to another: what the other has already is not written again. The files are put together from the source and
/// imported as they are, so that the copy has the same hashes, tensors and bytes.
/// </summary>
public sealed class ModelCopier(IModelStore from, IModelStore to)
{
    /// <summary>Copies a model.</summary>
    /// <param name="name">Its name in the source.</param>
    /// <param name="newName">Its name in the target.</param>
    /// <param name="replace">Whether a different model of that name is replaced.</param>
    /// <param name="folder">A folder for the files on the way; they are deleted at the end.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it; what the target has by then is used by the next try.</param>
    /// <exception cref="StoreException">There is no such model, or a store fails.</exception>
    public ImportResult Copy(
        string name, string newName, bool replace, string folder, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        StoredModel model = from.FindModel(name)
            ?? throw new StoreException(StoreErrorCodes.ModelNotFound, name, "no model of this name is stored");
        string work = Path.Combine(folder, $"hart-copy-{Guid.NewGuid():N}");
        Directory.CreateDirectory(work);
        try
        {
            // A model of one file keeps its file's name: readers take the format from the content, people the name.
            IReadOnlyList<StoredFile> files = from.ListFiles(model.ModelId);
            string target = model.IsFolder || files.Count > 1 ? Path.Combine(work, "model") : Path.Combine(work, Path.GetFileName(files[0].Path));
            new ModelExporter(from).Export(name, target, overwrite: false, progress, cancellation);
            ModelLocation location = ModelReader.Locate(target)[0];
            using ModelSource source = ModelReader.Open(location, cancellation: cancellation);
            return new ModelImporter(to).Import(source, new ImportOptions { Name = newName, Replace = replace }, progress, cancellation);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }
}
