using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace Hartonomous.Commands;

/// <summary>Completes the patterns of sparse models; other shares and groups can be typed.</summary>
internal sealed class SparsityPatternCompleter : IArgumentCompleter
{
    private static readonly (string Text, string ToolTip)[] Patterns =
    [
        ("2:4", "of each four consecutive weights two become zero"),
        ("4:8", "of each eight consecutive weights four become zero"),
        ("50%", "half of the weights become zero"),
        ("rows:25%", "a quarter of the rows becomes zero"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Patterns
            .Where(pattern => pattern.Text.StartsWith((wordToComplete ?? string.Empty).Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(pattern => new CompletionResult(
                StoreCompleter.Quote(pattern.Text), pattern.Text, CompletionResultType.ParameterValue, pattern.ToolTip));
}
