namespace Hartonomous.Tests.Support;

/// <summary>A test that needs the reference files beside the repository and is shown as skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReferenceDataFactAttribute : FactAttribute
{
    public ReferenceDataFactAttribute() => Skip = TestData.ReferenceRoot is null ? TestData.NoReference : null;
}
