using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Hartonomous.Commands;

/// <summary>Completes the names of stored models. Never makes a store, and never shows an error: at worst it completes nothing.</summary>
internal sealed class ModelNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            HartStoreConnection connection =
                (Given(fakeBoundParameters) ?? DefaultConnection.Current).For(fakeBoundParameters["Tenant"] as string);
            if (!connection.Exists)
            {
                return [];
            }

            WildcardPattern pattern = new((wordToComplete ?? string.Empty).Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
            using StoreLease lease = connection.Acquire(create: false);
            return [.. lease.Store.ListModels().Where(model => pattern.IsMatch(model.Name)).Select(model => new CompletionResult(
                Quote(model.Name), model.Name, CompletionResultType.ParameterValue, $"{model.Format}, {HartText.Size(model.SizeBytes)}"))];
        }
        catch (Exception)
        {
            return [];
        }
    }

    /// <summary>A name as it has to stand on a command line.</summary>
    internal static string Quote(string name) =>
        name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or ':' or '/') && !name.StartsWith('-')
            ? name
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(name)}'";

    /// <summary>The connection given on the command line, or null.</summary>
    internal static HartStoreConnection? Given(IDictionary bound) => bound["Connection"] switch
    {
        HartStoreConnection connection => connection,
        string path => new HartStoreConnection(path, "Given"),
        _ => null,
    };
}
