using System.CommandLine;
using Hartonomous.Cli.Output;
using Hartonomous.Cli.Verbs;

namespace Hartonomous.Cli;

/// <summary>Parses a command line, runs its verb, and turns what comes out into an exit code.</summary>
internal static class CliApplication
{
    private const string Name = "hart";

    /// <summary>
    /// How long an interrupted verb may take to leave the store in order. A chunk of 256 MiB has to reach a slow disk in this time.
    /// </summary>
    private static readonly TimeSpan TerminationTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs a command line.</summary>
    /// <param name="args">The command line without the program's name.</param>
    /// <param name="console">Where input comes from and output goes.</param>
    /// <param name="cancellation">Ends the command as Ctrl+C does.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args, CliConsole console, CancellationToken cancellation = default)
    {
        GlobalOptions options = new();
        ParseResult parsed = Build(options, console).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return Refuse(parsed, args, console);
        }

        InvocationConfiguration invocation = new()
        {
            Output = console.Out,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TerminationTimeout,
        };
        try
        {
            int code = await parsed.InvokeAsync(invocation, cancellation).ConfigureAwait(false);
            console.Flush();

            // The library's own code for a verb that did not end in time is 143 after SIGTERM.
            return code == 143 ? ExitCodes.Interrupted : code;
        }
        catch (IOException error)
        {
            // Standard output itself failed (a full disk): nothing more can be said there.
            ErrorWriter.WriteLine(console.Error, CliError.Of(error));
            return ExitCodes.Failed;
        }
    }

    private static Command Build(GlobalOptions options, CliConsole console)
    {
        Command root = new(
            Name,
            "Neural-network weights as a database: imports model files, stores every distinct content once, gives them back bit for bit.");
        Verb[] verbs =
        [
            new InspectVerb(), new ImportVerb(), new ModelsVerb(), new TensorsVerb(), new ExportVerb(), new RemoveVerb(), new VerifyVerb(),
            new StatsVerb(), new DecodeVerb(), new CompareVerb(), new AbsorbVerb(), new JobsVerb(), new ResumeVerb(), new TenantsVerb(),
            new OptimizeVerb(), new RepairVerb(),
            new SpatializeVerb(), new FindVerb(), new LineageVerb(), new LocalityVerb(),
            new ScoreVerb(), new PruneVerb(), new SparsifyVerb(), new CompressVerb(), new ExpandVerb(),
        ];
        foreach (Verb verb in verbs.Concat(verbs.SelectMany(verb => verb.Subcommands.OfType<Verb>())))
        {
            // A thread of its own: the signal handlers are set once this returns, and the core blocks while its own tasks work.
            verb.SetAction((parsed, cancellation) => Task.Factory.StartNew(
                () => Run(verb, new Invocation(parsed, options, console), cancellation),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default));
        }

        foreach (Verb verb in verbs)
        {
            root.Subcommands.Add(verb);
        }

        options.AddTo(root);
        root.Options.Add(HelpWithExamples.Option());
        root.Options.Add(VersionAction.Option());
        return root;
    }

    private static int Run(Verb verb, Invocation invocation, CancellationToken cancellation)
    {
        try
        {
            return verb.Run(invocation, cancellation);
        }
        catch (Exception error)
        {
            return ErrorWriter.Write(invocation, error);
        }
    }

    private static int Refuse(ParseResult parsed, string[] args, CliConsole console)
    {
        Verb? verb = parsed.CommandResult.Command as Verb;
        string problem = verb is null && parsed.UnmatchedTokens is [{ } unknown, ..]
            ? $"there is no verb '{unknown}'"
            : string.Join("; ", parsed.Errors.Select(error => error.Message.TrimEnd('.')));
        CliError error = new(CliErrorCodes.Usage, problem, ExitCodes.Usage)
        {
            Hint = $"'{Name}{(verb is null ? string.Empty : $" {verb.Name}")} --help' shows how it is meant",
        };

        // The parser's view of a line it refuses is not to be relied on.
        if (args.Contains("--json", StringComparer.Ordinal))
        {
            ErrorWriter.WriteDocument(console, error);
        }

        ErrorWriter.WriteLine(console.Error, error);
        console.Flush();
        return error.ExitCode;
    }
}
