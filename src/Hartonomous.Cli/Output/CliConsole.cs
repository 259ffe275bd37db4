using System.Text;

namespace Hartonomous.Cli.Output;

/// <summary>Where input comes from and output goes: the process's own streams, or those a test gives.</summary>
internal sealed class CliConsole
{
    /// <summary>Width of lines where there is no terminal to break them.</summary>
    private const int Unbroken = 100_000;

    /// <summary>Standard input.</summary>
    public required TextReader In { get; init; }

    /// <summary>Standard output.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person sits at standard input.</summary>
    public bool IsInTerminal { get; init; }

    /// <summary>Whether a person reads standard output.</summary>
    public bool IsOutTerminal { get; init; }

    /// <summary>Whether a person reads standard error.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> GetVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The process's streams. Output is UTF-8 whatever the locale, as JSON has to be.</summary>
    public static CliConsole OfProcess()
    {
        bool isOutTerminal = !Console.IsOutputRedirected;
        if (OperatingSystem.IsWindows() && isOutTerminal)
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);
        return new CliConsole
        {
            In = Console.In,
            Out = new StreamWriter(Console.OpenStandardOutput(), utf8, 1 << 14),
            Error = new StreamWriter(Console.OpenStandardError(), utf8, 1 << 10) { AutoFlush = true },
            IsInTerminal = !Console.IsInputRedirected,
            IsOutTerminal = isOutTerminal,
            IsErrorTerminal = !Console.IsErrorRedirected,
        };
    }

    /// <summary>Characters in a line of standard output or standard error.</summary>
    public static int WidthOf(bool isTerminal)
    {
        if (!isTerminal)
        {
            return Unbroken;
        }

        try
        {
            return Console.WindowWidth is > 20 and int width ? width : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    /// <summary>Hands everything written to the operating system.</summary>
    public void Flush()
    {
        Out.Flush();
        Error.Flush();
    }
}
