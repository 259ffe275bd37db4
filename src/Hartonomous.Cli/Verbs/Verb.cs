using System.CommandLine;

namespace Hartonomous.Cli.Verbs;

/// <summary>One verb: its arguments, its help, and what it does.</summary>
/// <param name="name">The verb.</param>
/// <param name="description">What it does, a sentence.</param>
internal abstract class Verb(string name, string description) : Command(name, description)
{
    /// <summary>Command lines that show its use.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    /// <summary>Does the work.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public abstract int Run(Invocation invocation, CancellationToken cancellation);
}
