using System.Text;
using Spectre.Console;

namespace Hartonomous.Cli.Output;

/// <summary>One of a console's writers as the console library wants it.</summary>
internal sealed class TerminalOutput(TextWriter writer, bool isTerminal) : IAnsiConsoleOutput
{
    /// <inheritdoc/>
    public TextWriter Writer => writer;

    /// <inheritdoc/>
    public bool IsTerminal => isTerminal;

    /// <inheritdoc/>
    public int Width { get; } = CliConsole.WidthOf(isTerminal);

    /// <inheritdoc/>
    public int Height => 80;

    /// <summary>A console on a writer; without a terminal it writes plain text.</summary>
    public static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new TerminalOutput(writer, isTerminal),
        });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    /// <inheritdoc/>
    public void SetEncoding(Encoding encoding)
    {
        // The writers have theirs.
    }
}
