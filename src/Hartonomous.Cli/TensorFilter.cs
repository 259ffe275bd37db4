using System.CommandLine;
using System.IO.Enumeration;

namespace Hartonomous.Cli;

/// <summary>The option <c>--tensor</c>: tensors by name, with <c>*</c> for any characters and <c>?</c> for one.</summary>
internal sealed class TensorFilter
{
    /// <summary>The option. One wildcard each time it is given: a list would swallow the paths behind it.</summary>
    public Option<string[]> Option { get; } = new("--tensor")
    {
        Description = "Only tensors whose name fits; * stands for any characters, ? for one. May be given several times.",
        HelpName = "WILDCARD",
    };

    /// <summary>The tensors that fit one of the wildcards, in their order; all where none is given. Case counts.</summary>
    public IReadOnlyList<T> Apply<T>(ParseResult arguments, IReadOnlyList<T> tensors, Func<T, string> nameOf)
    {
        string[] wildcards = arguments.GetValue(Option) ?? [];
        return wildcards.Length == 0 ? tensors : [.. tensors.Where(tensor => wildcards.Any(wildcard => IsFit(wildcard, nameOf(tensor))))];
    }

    /// <summary>Whether the option is given.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(Option) is { Length: > 0 };

    private static bool IsFit(string wildcard, string name) => FileSystemName.MatchesSimpleExpression(wildcard, name, ignoreCase: false);
}
