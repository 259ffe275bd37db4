using System.Buffers;

namespace Hartonomous.Core.Formats;

/// <summary>
/// Keeps the paths that a model's own files name inside the model's folder: plain relative paths only, and no link that leads out, except
/// from a snapshot of the Hugging Face cache into the blobs of the same repository.
/// </summary>
internal static class ContainedPath
{
    private const int MaxLinks = 64;

    private static readonly SearchValues<char> Separators = SearchValues.Create('\\', ':', '\0');

    private static readonly StringComparison Comparison =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>
    /// Whether a path is relative, with <c>/</c> between its parts, and has no part that climbs: the same on every system, so that a model
    /// is refused everywhere or nowhere.
    /// </summary>
    public static bool IsPlain(string relative) =>
        relative.Length > 0 &&
        !relative.AsSpan().ContainsAny(Separators) &&
        relative.Split('/').All(part => part is not ("" or "." or ".."));

    /// <summary>The full path of a file that <paramref name="namedBy"/> names relative to its model's folder. The file need not be there.</summary>
    /// <exception cref="ModelFormatException">The path leaves the folder (<c>PATH_ESCAPE</c>).</exception>
    public static string Resolve(string folder, string relative, string namedBy)
    {
        if (!IsPlain(relative))
        {
            throw new ModelFormatException(
                FormatErrorCodes.PathEscape, namedBy, null, $"the path {ErrorText.Quote(relative)} is no plain path inside the model's folder");
        }

        string path = Path.GetFullPath(Path.Combine(folder, relative));
        return IsInside(folder, path)
            ? path
            : throw new ModelFormatException(
                FormatErrorCodes.PathEscape, namedBy, null, $"the path {ErrorText.Quote(relative)} leads out of the model's folder by a link");
    }

    /// <summary>Whether a path stays in a folder once every link on the way is followed.</summary>
    public static bool IsInside(string folder, string path)
    {
        if (RealPath(folder) is not { } realFolder || RealPath(path) is not { } realPath)
        {
            return false;
        }

        return Contains(realFolder, realPath) ||
            (HubCacheLayout.FindRepository(realFolder) is { } repository && Contains(Path.Combine(repository, "blobs"), realPath));
    }

    private static bool Contains(string folder, string path) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, Comparison);

    // The path with all links followed; null where they do not end.
    private static string? RealPath(string path)
    {
        string full = Path.GetFullPath(path);
        string current = Path.GetPathRoot(full)!;
        Stack<string> parts = new();
        Push(parts, full[current.Length..]);
        for (int links = 0; parts.TryPop(out string? part);)
        {
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            string next = Path.Combine(current, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links > MaxLinks)
            {
                return null;
            }

            if (Path.IsPathRooted(target))
            {
                current = Path.GetPathRoot(Path.GetFullPath(target))!;
                target = Path.GetFullPath(target)[current.Length..];
            }

            Push(parts, target);
        }

        return current;
    }

    private static void Push(Stack<string> parts, string path)
    {
        foreach (string part in path.Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (part != ".")
            {
                parts.Push(part);
            }
        }
    }
}
