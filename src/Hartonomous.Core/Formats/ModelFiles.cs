using Hartonomous.Core.Formats.IO;

namespace Hartonomous.Core.Formats;

/// <summary>Opens the files of a located model.</summary>
public static class ModelFiles
{
    /// <summary>
    /// Opens all files of a model, those with weights first. Files without weights may be empty. Where a model has more than one file, none
    /// of them may be a link that leads out of its folder.
    /// </summary>
    /// <returns>The files; the caller disposes their bytes. Where one cannot be opened, those before it are closed again.</returns>
    /// <exception cref="ModelFormatException">A file is not there, is empty, or lies outside the folder.</exception>
    public static IReadOnlyList<ModelFile> Open(ModelLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        List<ModelFile> files = new(location.WeightFiles.Count + location.OtherFiles.Count);
        try
        {
            bool isSingle = !location.IsFolder && location.WeightFiles.Count + location.OtherFiles.Count == 1;
            foreach (string relative in location.WeightFiles)
            {
                files.Add(new ModelFile(relative, FileByteSource.Open(PathOf(location, relative, isSingle))));
            }

            foreach (string relative in location.OtherFiles)
            {
                files.Add(new ModelFile(relative, OpenOther(PathOf(location, relative, isSingle))));
            }

            return files;
        }
        catch
        {
            Close(files);
            throw;
        }
    }

    /// <summary>Opens all files of a model and hands them to its reader; where that fails, closes them again.</summary>
    /// <param name="location">The model.</param>
    /// <param name="read">The reader, whose result owns the files.</param>
    /// <exception cref="ModelFormatException">As <see cref="Open"/>, and what the reader finds.</exception>
    public static ModelSource OpenModel(ModelLocation location, Func<IReadOnlyList<ModelFile>, ModelSource> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        IReadOnlyList<ModelFile> files = Open(location);
        try
        {
            return read(files);
        }
        catch
        {
            Close(files);
            throw;
        }
    }

    /// <summary>Closes files that no <see cref="ModelSource"/> has taken over.</summary>
    public static void Close(IEnumerable<ModelFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (ModelFile file in files)
        {
            file.Bytes.Dispose();
        }
    }

    // A single file may be a link to anywhere: the user named it.
    private static string PathOf(ModelLocation location, string relative, bool isSingle) =>
        isSingle ? location.FullPath(relative) : ContainedPath.Resolve(location.Folder, relative, location.FullPath(relative));

    private static ByteSource OpenOther(string path)
    {
        try
        {
            return FileByteSource.Open(path);
        }
        catch (ModelFormatException error) when (error.Code == FormatErrorCodes.FileEmpty)
        {
            return new MemoryByteSource(path, ReadOnlyMemory<byte>.Empty);
        }
    }
}
