namespace Hartonomous.Tests.Support;

/// <summary>Where the reference files lie: those in the repository, and those beside it, which a machine may lack.</summary>
internal static class TestData
{
    /// <summary>Why a test that needs the files beside the repository is skipped.</summary>
    public const string NoReference = "The reference data is not on this machine (shared/data beside the checkout, or HARTONOMOUS_REFERENCE_DATA).";

    /// <summary>Folder of the reference files beside the repository, or null where they are absent.</summary>
    public static string? ReferenceRoot { get; } = FindReferenceRoot();

    /// <summary>Full path of a file in the repository's own test data.</summary>
    public static string Local(string relative) => Path.Combine(AppContext.BaseDirectory, "data", relative);

    /// <summary>Full path of a reference file beside the repository.</summary>
    public static string Reference(string relative) =>
        Path.Combine(ReferenceRoot ?? throw new InvalidOperationException(NoReference), relative);

    private static string? FindReferenceRoot()
    {
        if (Environment.GetEnvironmentVariable("HARTONOMOUS_REFERENCE_DATA") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
