using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Formats.IO;

/// <summary>
/// How many names an open file has on its file system. .NET does not say; each system has a call whose result has the same layout on
/// every processor.
/// </summary>
internal static partial class HardLinks
{
    private const int LinuxEmptyPath = 0x1000;
    private const uint LinuxLinkCount = 4;

    /// <summary>The number of names, or null where the system does not tell.</summary>
    public static long? Count(SafeFileHandle handle)
    {
        try
        {
            return OperatingSystem.IsWindows() ? CountOnWindows(handle)
                : OperatingSystem.IsLinux() ? CountOnLinux(handle)
                : OperatingSystem.IsMacOS() ? CountOnMac(handle)
                : null;
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            return null;
        }
    }

    // struct statx: stx_mask at 0 says which fields are set, stx_nlink is at 16; 256 bytes in all.
    private static long? CountOnLinux(SafeFileHandle handle)
    {
        byte[] status = new byte[256];
        return StatX(handle, string.Empty, LinuxEmptyPath, LinuxLinkCount, status) == 0 &&
            (MemoryMarshal.Read<uint>(status) & LinuxLinkCount) != 0
                ? MemoryMarshal.Read<uint>(status.AsSpan(16))
                : null;
    }

    // BY_HANDLE_FILE_INFORMATION: 13 numbers of 32 bits, nNumberOfLinks is the eleventh.
    private static long? CountOnWindows(SafeFileHandle handle)
    {
        uint[] information = new uint[13];
        return GetFileInformationByHandle(handle, information) ? information[10] : null;
    }

    // struct stat with 64-bit inodes: st_dev, st_mode (16 bits), st_nlink (16 bits) ...; 144 bytes in all.
    private static long? CountOnMac(SafeFileHandle handle)
    {
        byte[] status = new byte[256];
        int result = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatMacX64(handle, status) : StatMac(handle, status);
        return result == 0 ? MemoryMarshal.Read<ushort>(status.AsSpan(6)) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatX(SafeFileHandle file, string path, int flags, uint mask, [Out] byte[] status);

    [LibraryImport("libc", EntryPoint = "fstat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatMac(SafeFileHandle file, [Out] byte[] status);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StatMacX64(SafeFileHandle file, [Out] byte[] status);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandle(SafeFileHandle file, [Out] uint[] information);
}
