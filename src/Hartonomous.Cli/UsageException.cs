namespace Hartonomous.Cli;

/// <summary>The command line asks for something that cannot be meant; found after parsing it.</summary>
/// <param name="message">What is wrong, a sentence without its full stop.</param>
internal sealed class UsageException(string message) : Exception(message);
