namespace Hartonomous.Core.Formats;

/// <summary>The names models get where the user gives none.</summary>
public static class ModelNaming
{
    private static readonly HashSet<string> GenericStems = new(StringComparer.OrdinalIgnoreCase)
    {
        "model", "weights", "ggml-model", "consolidated", "pytorch_model", "diffusion_pytorch_model", "adapter_model",
    };

    /// <summary>
    /// The name of a model whose file is called <paramref name="stem"/>: the stem, or, where the tool that wrote the file calls every model
    /// so (<c>model</c>, <c>pytorch_model</c>), the name of the folder.
    /// </summary>
    /// <param name="folder">Path of the folder that holds the file.</param>
    /// <param name="stem">The file's name without extension and without the part that numbers a shard.</param>
    public static string DefaultName(string folder, string stem)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(stem);
        if (!GenericStems.Contains(stem))
        {
            return stem;
        }

        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return name.Length > 0 ? name : stem;
    }
}
