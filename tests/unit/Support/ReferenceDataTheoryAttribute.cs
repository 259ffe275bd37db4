namespace Hartonomous.Tests.Support;

/// <summary>A theory that needs the reference files beside the repository and is shown as skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReferenceDataTheoryAttribute : TheoryAttribute
{
    public ReferenceDataTheoryAttribute() => Skip = TestData.ReferenceRoot is null ? TestData.NoReference : null;
}
