namespace Hartonomous.Core.Formats;

/// <summary>
/// The cache of the Hugging Face hub: <c>models--ORG--NAME/</c> holds <c>blobs/</c> with the files under their hashes, and
/// <c>snapshots/REVISION/</c> with links of the files' names into <c>blobs/</c>; <c>refs/main</c> names a revision.
/// </summary>
internal static class HubCacheLayout
{
    private const string RepositoryPrefix = "models--";
    private const int RevisionLength = 256;

    /// <summary>The cached repository in whose snapshots a folder lies, or null outside any.</summary>
    public static string? FindRepository(string folder)
    {
        for (DirectoryInfo? at = new(folder); at?.Parent?.Parent is { } repository; at = at.Parent)
        {
            if (at.Parent.Name == "snapshots" && repository.Name.StartsWith(RepositoryPrefix, StringComparison.Ordinal))
            {
                return repository.FullName;
            }
        }

        return null;
    }

    /// <summary>The name of the model whose snapshot a folder is (<c>gpt2</c> of <c>models--openai--gpt2</c>), or null for any other folder.</summary>
    public static string? ModelName(string folder) =>
        FindRepository(folder) is { } repository && Path.GetDirectoryName(Path.GetDirectoryName(folder)) == repository
            ? Path.GetFileName(repository).Split("--")[^1]
            : null;

    /// <summary>The snapshots of a cached repository: that of <c>refs/main</c> if it is there, else all. Null if the folder is no repository.</summary>
    public static IReadOnlyList<string>? Snapshots(string folder)
    {
        string snapshots = Path.Combine(folder, "snapshots");
        if (!Path.GetFileName(folder).StartsWith(RepositoryPrefix, StringComparison.Ordinal) || !Directory.Exists(snapshots))
        {
            return null;
        }

        FileInfo main = new(Path.Combine(folder, "refs", "main"));
        string revision = main is { Exists: true, Length: > 0 and < RevisionLength } ? File.ReadAllText(main.FullName).Trim() : string.Empty;
        string[] all = [.. Directory.EnumerateDirectories(snapshots).Order(StringComparer.Ordinal)];
        string[] current = [.. all.Where(snapshot => Path.GetFileName(snapshot) == revision)];
        return current.Length > 0 ? current : all;
    }
}
