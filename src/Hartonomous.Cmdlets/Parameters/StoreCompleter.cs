using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Hartonomous.Commands;

/// <summary>
/// Base of the completers that look into a store: the one that the cmdlet on the command line would use. They open no connection of their
/// own: a store on a server is not asked unless it is open already. They never make a store and never show an error: at worst they
/// complete nothing.
/// </summary>
internal abstract class StoreCompleter : IArgumentCompleter
{
    /// <summary>No more than so many are offered.</summary>
    private const int Most = 1000;

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            WildcardPattern pattern = new((wordToComplete ?? string.Empty).Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
            return
            [
                .. Candidates(commandName, fakeBoundParameters)
                    .Where(candidate => pattern.IsMatch(candidate.Text))
                    .Take(Most)
                    .Select(candidate => new CompletionResult(
                        Quote(candidate.Text), candidate.Text, CompletionResultType.ParameterValue, candidate.ToolTip)),
            ];
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <summary>What can be completed, with what is said of each.</summary>
    /// <param name="command">The cmdlet.</param>
    /// <param name="bound">The parameters on the command line.</param>
    protected abstract IEnumerable<(string Text, string ToolTip)> Candidates(string command, IDictionary bound);

    /// <summary>A name as it has to stand on a command line.</summary>
    internal static string Quote(string name) =>
        name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '/') && !name.StartsWith('-')
            ? name
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";

    /// <summary>The store that the cmdlet would use, or null where that is not to be looked into.</summary>
    /// <param name="bound">The parameters on the command line.</param>
    /// <param name="tenant">The tenant to look for, or null for that of the command line.</param>
    protected static HartStoreConnection? Store(IDictionary bound, string? tenant = null)
    {
        HartStoreConnection connection = bound["Connection"] switch
        {
            HartStoreConnection given => given,
            string path => new HartStoreConnection(Resolve(path), "Given"),
            _ => DefaultConnection.Current,
        };
        connection = connection.For(tenant ?? bound["Tenant"] as string);
        return connection.Exists ? connection : null;
    }

    /// <summary>A path of the file system as the session means it. The session is at work on the completion, so it is asked as a nested call.</summary>
    protected static string Resolve(string path)
    {
        if (Path.IsPathFullyQualified(path))
        {
            return path;
        }

        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("param($path) $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($path)").AddArgument(path)
            .Invoke<string>().Single();
    }
}
