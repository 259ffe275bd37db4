using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Hartonomous.Cli.Verbs;

namespace Hartonomous.Cli;

/// <summary>The library's help, followed by the examples of the verb, or by the exit codes where no verb is named.</summary>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>The option that shows it. Without the alias <c>/h</c>, which may be a path.</summary>
    public static HelpOption Option()
    {
        HelpOption option = new("--help", "-h", "-?") { Description = "Show what can be done and how.", Recursive = true };
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
        return option;
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = inner.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (parseResult.CommandResult.Command is Verb verb)
        {
            output.WriteLine("Examples:");
            foreach (string example in verb.Examples)
            {
                output.WriteLine($"  {example}");
            }
        }
        else
        {
            output.WriteLine("Exit codes:");
            output.WriteLine("  0 done, 1 failed, 2 wrong usage, 3 the input is not valid, 4 quota exceeded, 130 interrupted");
            output.WriteLine();
            output.WriteLine("'hart VERB --help' shows the options and examples of a verb.");
        }

        output.WriteLine();
        return code;
    }
}
