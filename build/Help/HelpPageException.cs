namespace Hartonomous.Help;

/// <summary>A page is not built as pages are.</summary>
internal sealed class HelpPageException(string page, string message) : Exception($"{page}: {message}");
