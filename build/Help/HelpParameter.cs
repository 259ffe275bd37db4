namespace Hartonomous.Help;

/// <summary>A parameter on a page.</summary>
/// <param name="Name">Its name, without the hyphen.</param>
/// <param name="Description">What it does.</param>
/// <param name="Facts">The block of facts below, which repeats the code.</param>
internal sealed record HelpParameter(string Name, IReadOnlyList<string> Description, string Facts);
