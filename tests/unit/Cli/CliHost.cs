using Hartonomous.Cli;
using Hartonomous.Cli.Output;
using Hartonomous.Tests.Support;

namespace Hartonomous.Tests.Cli;

/// <summary>Runs command lines in this process, on a store and a folder that go away with the test.</summary>
internal sealed class CliHost : IDisposable
{
    /// <summary>The folder for the test's own files.</summary>
    public TempFolder Folder { get; } = new();

    /// <summary>The folder of the store.</summary>
    public string Store => Path.Combine(Folder.Root, "store");

    /// <summary>Whether standard input and standard error are a person's terminal.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>What the person types.</summary>
    public string Input { get; init; } = string.Empty;

    /// <summary>Runs a command line on the test's store.</summary>
    public CliResult Run(params string[] args) => RunAsync(args, CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Runs a command line on the test's store.</summary>
    public async Task<CliResult> RunAsync(string[] args, CancellationToken cancellation)
    {
        using StringReader input = new(Input);
        using StringWriter output = new();
        using StringWriter error = new();
        CliConsole console = new()
        {
            In = input,
            Out = output,
            Error = error,
            IsInTerminal = IsTerminal,
            IsErrorTerminal = IsTerminal,
            GetVariable = name => name == "HARTONOMOUS_STORE" ? Store : null,
        };
        int code = await CliApplication.RunAsync(args, console, cancellation);
        return new CliResult(code, output.ToString(), error.ToString());
    }

    public void Dispose() => Folder.Dispose();
}
