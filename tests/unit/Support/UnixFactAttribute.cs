namespace Hartonomous.Tests.Support;

/// <summary>A test of what only Unix systems have (pipes, links without privileges), shown as skipped on Windows.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "Pipes and links without privileges are Unix's own." : null;
}
