namespace Hartonomous.Tests.Support;

/// <summary>Tests of this class, inherited ones too, need a server. Without one they are shown as skipped.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RequiresSqlServerAttribute : Attribute
{
}
