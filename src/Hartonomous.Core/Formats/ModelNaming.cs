using System.Collections.Frozen;

namespace Hartonomous.Core.Formats;

/// <summary>Names for models that the user gave none.</summary>
public static class ModelNaming
{
    private static readonly FrozenSet<string> GenericStems = FrozenSet.ToFrozenSet(
        ["model", "weights", "ggml-model", "consolidated", "pytorch_model", "diffusion_pytorch_model", "adapter_model", "tf_model"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The name of a model that is not a folder: its file's stem, or its folder's name where the stem is one that every model's file has
    /// (<c>model</c>, <c>pytorch_model</c>).
    /// </summary>
    /// <param name="folder">Full path of the folder that holds the file.</param>
    /// <param name="stem">The file's name without extension and shard number.</param>
    public static string DefaultName(string folder, string stem) =>
        GenericStems.Contains(stem) && FolderName(folder) is { Length: > 0 } name ? name : stem;

    /// <summary>
    /// The name of a model that is a folder: the folder's, or that of the repository where the folder is a snapshot of the Hugging Face
    /// cache. Empty for a root.
    /// </summary>
    public static string FolderName(string folder)
    {
        string trimmed = Path.TrimEndingDirectorySeparator(folder);
        return HubCacheLayout.ModelName(trimmed) ?? Path.GetFileName(trimmed);
    }
}
