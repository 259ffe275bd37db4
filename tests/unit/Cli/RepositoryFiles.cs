namespace Hartonomous.Tests.Cli;

/// <summary>Files of the repository that are not copied beside the tests.</summary>
internal static class RepositoryFiles
{
    private static readonly string Root = FindRoot();

    /// <summary>Full path of one of the sample models.</summary>
    public static string Sample(string name) => Path.Combine(Root, "samples", name);

    /// <summary>Full path of a folder.</summary>
    public static string Folder(string name) => Path.Combine(Root, name);

    /// <summary>The text of a page of the documentation.</summary>
    public static string Documentation(string name) => File.ReadAllText(Path.Combine(Root, "docs", name));

    /// <summary>The C# sources of a folder below <c>src</c>, without those of its subfolders.</summary>
    public static string[] Sources(string folder) => Directory.GetFiles(Path.Combine(Root, "src", folder), "*.cs");

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Hartonomous.PowerShell.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not lie in the repository.");
    }
}
