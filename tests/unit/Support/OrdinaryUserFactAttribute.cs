namespace Hartonomous.Tests.Support;

/// <summary>A test of what file permissions forbid, shown as skipped where they are no permissions of Unix, or the user is above them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OrdinaryUserFactAttribute : FactAttribute
{
    public OrdinaryUserFactAttribute() => Skip =
        OperatingSystem.IsWindows() ? "The permissions are those of Unix." : Environment.IsPrivilegedProcess ? "Permissions do not bind root." : null;
}
