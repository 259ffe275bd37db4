using System.Runtime.InteropServices;

namespace Hartonomous.Commands.Isolation;

/// <summary>
/// The runtime identifiers under which packages keep what is made for a platform. A table, not <c>AssemblyDependencyResolver</c>, which
/// fails where PowerShell is hosted (remoting), and not the runtime's own identifier, which names a distribution in source builds.
/// </summary>
internal static class PlatformNames
{
    /// <summary>Those of this process.</summary>
    public static IReadOnlyList<string> Current { get; } = Of(
        OperatingSystem.IsWindows() ? OSPlatform.Windows : OperatingSystem.IsMacOS() ? OSPlatform.OSX : OSPlatform.Linux,
        RuntimeInformation.ProcessArchitecture,
        UsesMusl());

    /// <summary>Those of a platform, the most specific first.</summary>
    /// <param name="system">Windows, Linux or OSX.</param>
    /// <param name="architecture">Of the process.</param>
    /// <param name="isMusl">Whether the C library of a Linux is musl.</param>
    public static IReadOnlyList<string> Of(OSPlatform system, Architecture architecture, bool isMusl)
    {
        string suffix = architecture.ToString().ToLowerInvariant();
        if (system == OSPlatform.Windows)
        {
            return [$"win-{suffix}", "win"];
        }

        if (system == OSPlatform.OSX)
        {
            return [$"osx-{suffix}", "osx", "unix"];
        }

        return isMusl
            ? [$"linux-musl-{suffix}", $"linux-{suffix}", "linux", "unix"]
            : [$"linux-{suffix}", $"linux-musl-{suffix}", "linux", "unix"];
    }

    private static bool UsesMusl() =>
        OperatingSystem.IsLinux() && Directory.Exists("/lib") && Directory.EnumerateFiles("/lib", "ld-musl-*").Any();
}
