namespace Hartonomous.Commands.Isolation;

/// <summary>
/// Where in the module's <c>dependencies</c> folder an assembly or a native library lies. Laid out as <c>dotnet publish</c> does.
/// </summary>
/// <param name="root">Full path of the folder.</param>
/// <param name="platforms">Runtime identifiers of this machine, the most specific first.</param>
internal sealed class DependencyFolder(string root, IReadOnlyList<string> platforms)
{
    /// <summary>Names a folder whose native libraries are taken before the module's own.</summary>
    public const string NativePathVariable = "HARTONOMOUS_NATIVE_PATH";

    private static readonly string[] NativePrefixes = ["", "lib"];
    private static readonly string[] NativeSuffixes = ["", ".dll", ".so", ".dylib"];

    /// <summary>
    /// Full path of an assembly, or null. The builds for a platform come first: the general one beside them is, for some packages, a stub
    /// that only throws.
    /// </summary>
    public string? FindAssembly(string name)
    {
        foreach (string platform in platforms)
        {
            string library = Path.Combine(root, "runtimes", platform, "lib");
            string? found = Directory.Exists(library)
                ? Directory.EnumerateFiles(library, name + ".dll", SearchOption.AllDirectories).Max(StringComparer.Ordinal)
                : null;
            if (found is not null)
            {
                return found;
            }
        }

        string general = Path.Combine(root, name + ".dll");
        return File.Exists(general) ? general : null;
    }

    /// <summary>Every place a native library is looked for, in order; most of them hold nothing.</summary>
    /// <param name="name">Its name, with or without prefix and suffix.</param>
    /// <param name="overridePath">Folder to look in first, or null.</param>
    public IReadOnlyList<string> NativeCandidates(string name, string? overridePath)
    {
        IEnumerable<string> folders = platforms.Select(platform => Path.Combine(root, "runtimes", platform, "native"));
        if (!string.IsNullOrEmpty(overridePath))
        {
            folders = folders.Prepend(Path.GetFullPath(overridePath));
        }

        return [.. from folder in folders
                   from suffix in NativeSuffixes
                   from prefix in NativePrefixes
                   select Path.Combine(folder, prefix + name + suffix)];
    }

    /// <summary>Says that a library is missing, and where it was looked for.</summary>
    public static string Explain(string name, IReadOnlyList<string> candidates) =>
        $"The native library {name} is in none of the folders it was looked for in, nor does the system have it. " +
        $"Put it into one of them, or name its folder in {NativePathVariable}:" +
        string.Concat(candidates.Select(Path.GetDirectoryName).Distinct().Select(folder => $"{Environment.NewLine}  {folder}"));
}
