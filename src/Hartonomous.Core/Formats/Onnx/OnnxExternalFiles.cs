using Hartonomous.Core.Formats.IO;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Formats.Onnx;

/// <summary>
/// Opens the files with external data, which the model itself names and which are therefore not to be trusted. The four layers of ONNX's
/// <c>docs/ExternalDataSecurity.md</c>: the path is plain and stays inside the model's folder; no part of it is a link, looked at before
/// and after the file is opened, and the one opened file is what everything is read from; nothing but a regular file is opened; a file with
/// further names (hard links) is refused unless <see cref="ReadLimits.OnnxHardLinks"/> accepts it. Links of a Hugging Face cache into the
/// blobs of the same repository are accepted: that is how the cache is laid out.
/// </summary>
internal static class OnnxExternalFiles
{
    /// <summary>Opens the files.</summary>
    /// <param name="location">Where the model lies.</param>
    /// <param name="modelPath">Full path of the model's file, for errors.</param>
    /// <param name="paths">The files, as paths in the model.</param>
    /// <param name="limits">What is accepted.</param>
    /// <param name="files">Gets each file as it is opened; the caller closes them, after an error too.</param>
    /// <param name="warnings">Gets what could not be checked.</param>
    /// <exception cref="ModelFormatException">A file is not there or is not acceptable.</exception>
    public static void Open(
        ModelLocation location,
        string modelPath,
        IReadOnlyList<string> paths,
        ReadLimits limits,
        List<ModelFile> files,
        List<string> warnings)
    {
        bool isUnknown = false;
        foreach (string path in paths)
        {
            FileByteSource file = OpenFile(location.Folder, path, modelPath);
            files.Add(new ModelFile(path, file));
            CheckLinks(location.Folder, path, modelPath);
            long? names = file.CountHardLinks();
            isUnknown |= names is null;
            if (names > 1 && !limits.OnnxHardLinks && !IsOfHubCache(location.Folder, path))
            {
                throw new ModelFormatException(
                    OnnxErrorCodes.ExternalHardLink,
                    file.Name,
                    null,
                    $"the file with external data has {names} names (hard links), by which files from elsewhere can come in; " +
                    "OnnxHardLinks accepts it");
            }
        }

        if (isUnknown && !limits.OnnxHardLinks)
        {
            warnings.Add("The system does not tell whether files with external data have further names (hard links).");
        }
    }

    /// <summary>Checks that the data of each tensor lie within their file.</summary>
    /// <exception cref="ModelFormatException">A file is missing or too short.</exception>
    public static void CheckRanges(IReadOnlyList<TensorInfo> tensors, IReadOnlyList<ModelFile> files)
    {
        Dictionary<string, ModelFile> byPath = files.ToDictionary(file => file.Path, StringComparer.Ordinal);
        foreach (TensorInfo tensor in tensors)
        {
            if (!byPath.TryGetValue(tensor.File, out ModelFile? file))
            {
                throw new ModelFormatException(
                    OnnxErrorCodes.ExternalMissing,
                    files[0].Bytes.Name,
                    null,
                    $"the file {ErrorText.Quote(tensor.File)} with external data is not there");
            }

            if (!tensor.IsContiguous)
            {
                continue;
            }

            if (tensor.Offset > file.SizeBytes || tensor.SizeBytes > file.SizeBytes - tensor.Offset)
            {
                throw new ModelFormatException(
                    OnnxErrorCodes.ExternalRange,
                    file.Bytes.Name,
                    tensor.Offset,
                    $"{ErrorText.Quote(tensor.Name)} needs {tensor.SizeBytes} bytes from here, but the file ends at {file.SizeBytes}");
            }
        }
    }

    private static FileByteSource OpenFile(string folder, string path, string modelPath)
    {
        CheckLinks(folder, path, modelPath);
        string full = Path.GetFullPath(Path.Combine(folder, path));
        try
        {
            return FileByteSource.Open(full);
        }
        catch (ModelFormatException error) when (error.Code == FormatErrorCodes.FileNotFound && !Directory.Exists(full))
        {
            throw new ModelFormatException(
                OnnxErrorCodes.ExternalMissing,
                modelPath,
                null,
                $"the file {ErrorText.Quote(path)} with external data is not there", error);
        }
        catch (ModelFormatException error)
        {
            throw new ModelFormatException(
                OnnxErrorCodes.ExternalFile,
                modelPath,
                null,
                $"{ErrorText.Quote(path)} with external data is no regular file with content", error);
        }
    }

    private static void CheckLinks(string folder, string path, string modelPath)
    {
        string current = folder;
        foreach (string part in path.Split('/'))
        {
            current = Path.Combine(current, part);
            FileInfo entry = new(current);
            bool isLink = entry.LinkTarget is not null ||
                ((entry.Exists || Directory.Exists(current)) && File.GetAttributes(current).HasFlag(FileAttributes.ReparsePoint));
            if (isLink && !IsOfHubCache(folder, path))
            {
                throw new ModelFormatException(
                    OnnxErrorCodes.ExternalLink, modelPath, null, $"the path {ErrorText.Quote(path)} of external data leads over a link");
            }
        }

        if (!ContainedPath.IsInside(folder, current))
        {
            throw new ModelFormatException(
                OnnxErrorCodes.ExternalLink,
                modelPath,
                null,
                $"the path {ErrorText.Quote(path)} of external data leads out of the model's folder");
        }
    }

    private static bool IsOfHubCache(string folder, string path) =>
        HubCacheLayout.FindRepository(folder) is not null && ContainedPath.IsInside(folder, Path.Combine(folder, path));
}
