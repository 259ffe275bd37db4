namespace Hartonomous.Cli.Verbs;

/// <summary>Paths from the command line.</summary>
internal static class Paths
{
    /// <summary>The path itself.</summary>
    /// <exception cref="UsageException">It is empty, as the value of an unset variable is.</exception>
    public static string Check(string path) => path.Length > 0 ? path : throw new UsageException("a path is empty");
}
