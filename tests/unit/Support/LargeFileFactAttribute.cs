namespace Hartonomous.Tests.Support;

/// <summary>A test with files of several GiB, mostly holes; shown as skipped where the disk has no room for them without holes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LargeFileFactAttribute : FactAttribute
{
    private const long NeededBytes = 12L << 30;

    public LargeFileFactAttribute() =>
        Skip = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace < NeededBytes
            ? $"The temporary folder's disk has less than {NeededBytes >> 30} GiB free."
            : null;
}
