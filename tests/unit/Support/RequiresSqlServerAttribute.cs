namespace Hartonomous.Tests.Support;

/// <summary>Tests of this class, inherited ones too, need a server. Without one they are shown as skipped.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RequiresSqlServerAttribute : Attribute
{
    /// <summary>What of the schema's features the server has to have besides, as <c>ServerTraits.Lacks</c> knows them; nothing where it is null.</summary>
    public string? Feature { get; set; }
}
