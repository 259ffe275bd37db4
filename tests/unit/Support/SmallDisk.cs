using System.Diagnostics;

namespace Hartonomous.Tests.Support;

/// <summary>A disk of a few megabytes, in memory, where this process may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string root) => Root = root;

    /// <summary>Where it is mounted.</summary>
    public string Root { get; }

    /// <summary>Why there can be none, or null.</summary>
    public static string? WhyNot { get; } = FindOut();

    /// <summary>Mounts one.</summary>
    public static SmallDisk Mount(int megabytes)
    {
        string root = Directory.CreateTempSubdirectory("hart-disk-").FullName;
        return Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", root)
            ? new SmallDisk(root)
            : throw new InvalidOperationException("The disk could be mounted before, and now it cannot.");
    }

    /// <summary>Gives it another size.</summary>
    public void Resize(int megabytes) => Assert.True(Run("mount", "-o", $"remount,size={megabytes}m", Root));

    /// <summary>Makes it read-only, or writable again.</summary>
    public void SetReadOnly(bool isReadOnly) => Assert.True(Run("mount", "-o", isReadOnly ? "remount,ro" : "remount,rw", Root));

    public void Dispose()
    {
        Run("umount", "-l", Root);
        Directory.Delete(Root);
    }

    private static string? FindOut()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "Disks in memory are mounted on Linux only.";
        }

        try
        {
            Mount(1).Dispose();
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return "This user may not mount a disk.";
        }
    }

    private static bool Run(string program, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
