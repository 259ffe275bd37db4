namespace Hartonomous.Help;

/// <summary>A type that a cmdlet takes or writes.</summary>
/// <param name="Name">Its full name, or <c>None</c>.</param>
/// <param name="Description">What is said of it.</param>
internal sealed record HelpType(string Name, IReadOnlyList<string> Description);
