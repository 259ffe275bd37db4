using System.CommandLine;
using System.CommandLine.Invocation;
using Hartonomous.Core;

namespace Hartonomous.Cli;

/// <summary>Prints the version.</summary>
internal sealed class VersionAction : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>The option that prints it.</summary>
    public static Option<bool> Option() => new("--version") { Description = "Show the version.", Action = new VersionAction() };

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"hart {ProductVersion.Text}");
        return ExitCodes.Done;
    }
}
