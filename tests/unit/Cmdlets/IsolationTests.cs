using System.Runtime.InteropServices;
using Hartonomous.Commands.Isolation;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cmdlets;

public class IsolationTests
{
    [Fact]
    public void An_assembly_built_for_the_platform_is_taken_before_the_general_one()
    {
        using TempFolder temp = new();
        string general = temp.Write("Some.Library.dll", [0]);
        string forUnix = temp.Write("runtimes/unix/lib/net8.0/Some.Library.dll", [0]);
        DependencyFolder folder = new(temp.Root, ["linux-x64", "unix"]);
        Assert.Equal(forUnix, folder.FindAssembly("Some.Library"));
        Assert.Equal(general, new DependencyFolder(temp.Root, ["win-x64", "win"]).FindAssembly("Some.Library"));
        Assert.Null(folder.FindAssembly("System.Runtime"));
    }

    [Fact]
    public void Native_libraries_are_looked_for_in_the_override_first_then_by_platform_under_every_name()
    {
        string root = Path.Combine(Path.GetTempPath(), "deps");
        string given = Path.Combine(Path.GetTempPath(), "given");
        DependencyFolder folder = new(root, ["linux-x64", "unix"]);
        List<string> candidates = [.. folder.NativeCandidates("e_sqlite3", given)];
        Assert.Equal(Path.Combine(given, "e_sqlite3"), candidates[0]);
        int own = candidates.IndexOf(Path.Combine(root, "runtimes", "linux-x64", "native", "libe_sqlite3.so"));
        int unix = candidates.IndexOf(Path.Combine(root, "runtimes", "unix", "native", "libe_sqlite3.so"));
        Assert.True(own > 0);
        Assert.True(unix > own);
        Assert.DoesNotContain(folder.NativeCandidates("e_sqlite3", null), path => path.StartsWith(given, StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_native_library_is_explained_with_every_folder_once()
    {
        DependencyFolder folder = new(Path.Combine(Path.GetTempPath(), "deps"), ["linux-x64", "unix"]);
        string text = DependencyFolder.Explain("e_sqlite3", folder.NativeCandidates("e_sqlite3", null));
        Assert.Contains("e_sqlite3", text, StringComparison.Ordinal);
        Assert.Contains("HARTONOMOUS_NATIVE_PATH", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split(Environment.NewLine).Length - 1);
    }

    [Theory]
    [InlineData("WINDOWS", Architecture.X64, false, "win-x64 win")]
    [InlineData("WINDOWS", Architecture.Arm64, false, "win-arm64 win")]
    [InlineData("OSX", Architecture.Arm64, false, "osx-arm64 osx unix")]
    [InlineData("LINUX", Architecture.Arm64, false, "linux-arm64 linux-musl-arm64 linux unix")]
    [InlineData("LINUX", Architecture.X64, true, "linux-musl-x64 linux-x64 linux unix")]
    public void A_platform_has_its_identifiers_the_most_specific_first(
        string system, Architecture architecture, bool isMusl, string expected) =>
        Assert.Equal(expected.Split(' '), PlatformNames.Of(OSPlatform.Create(system), architecture, isMusl));

    [Fact]
    public void The_identifiers_of_this_machine_name_its_architecture() =>
        Assert.EndsWith(
            "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), PlatformNames.Current[0], StringComparison.Ordinal);
}
