namespace Hartonomous.Help;

/// <summary>An example.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Code">The commands, which run as they are.</param>
/// <param name="Remarks">What is said of it, and what it writes.</param>
internal sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks);
