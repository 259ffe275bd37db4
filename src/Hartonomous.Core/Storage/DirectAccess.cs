using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Hartonomous.Core.Storage;

/// <summary>
/// Files whose bytes go past the system's cache (<c>O_DIRECT</c>, open(2)). Large files that are written once and not read soon cost a copy
/// and a page of memory for every page of theirs that way, which on virtual machines is dearer than the disk.
/// </summary>
internal static partial class DirectAccess
{
    /// <summary>Places, lengths and memory addresses have to be multiples of this.</summary>
    public const int Alignment = 4096;

    // <fcntl.h> of Linux: the commands are the same everywhere, the flag is not.
    private const int GetFlags = 3;
    private const int SetFlags = 4;

    private static readonly int Flag = !OperatingSystem.IsLinux() ? 0 : RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 or Architecture.X86 => 0x4000,
        Architecture.Arm64 or Architecture.Arm => 0x10000,
        _ => 0,
    };

    /// <summary>Switches direct access on or off; false where the system or the file system has none.</summary>
    public static bool TrySet(SafeFileHandle file, bool isDirect)
    {
        if (Flag == 0)
        {
            return false;
        }

        int flags = Fcntl(file, GetFlags, 0);
        return flags >= 0 && Fcntl(file, SetFlags, isDirect ? flags | Flag : flags & ~Flag) == 0;
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fcntl(SafeFileHandle file, int command, int argument);
}
