using System.Text;
using System.Text.RegularExpressions;

namespace Hartonomous.Help;

/// <summary>Writes the parts of a page that repeat the code (syntax, facts of parameters), and leaves the words as they are.</summary>
internal sealed partial class HelpPageUpdater(CodeComments comments)
{
    private const int Width = 140;

    private const string CommonParameters =
        "This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable, -InformationAction, -InformationVariable,\n" +
        "-OutBuffer, -OutVariable, -PipelineVariable, -ProgressAction, -Verbose, -WarningAction and -WarningVariable. For more information,\n" +
        "see about_CommonParameters.";

    /// <summary>Brings a page up to date, or begins one.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="text">The page, or null where there is none.</param>
    public string Update(CmdletDescription cmdlet, string? text)
    {
        Dictionary<string, string> sections = Sections(text ?? string.Empty, "## ");
        Dictionary<string, string> written = Sections(sections.GetValueOrDefault("PARAMETERS", string.Empty), "### ");
        string about = Wrap(comments.Of(cmdlet.Type), string.Empty);
        StringBuilder page = new();
        page.Append("---\nexternal help file: ").Append(MamlWriter.FileName).Append("\nModule Name: Hartonomous\nschema: 2.0.0\n---\n\n");
        page.Append("# ").Append(cmdlet.Name).Append("\n\n");
        Add("SYNOPSIS", sections.GetValueOrDefault("SYNOPSIS") ?? FirstSentence(about.Replace('\n', ' ')));
        Add("SYNTAX", Syntax(cmdlet));
        Add("DESCRIPTION", sections.GetValueOrDefault("DESCRIPTION") ?? about);
        Add("EXAMPLES", sections.GetValueOrDefault("EXAMPLES") ?? string.Empty);
        Add("PARAMETERS", string.Join("\n\n", cmdlet.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(parameter => $"### -{parameter.Name}\n\n{Words(parameter, written)}\n\n{Fence("yaml", Facts(cmdlet, parameter))}")
            .Append($"### CommonParameters\n\n{CommonParameters}")));
        Add("INPUTS", Types(cmdlet.InputTypes, sections.GetValueOrDefault("INPUTS")));
        Add("OUTPUTS", Types(cmdlet.OutputTypes, sections.GetValueOrDefault("OUTPUTS")));
        Add("NOTES", sections.GetValueOrDefault("NOTES") ?? string.Empty);
        Add("RELATED LINKS", sections.GetValueOrDefault("RELATED LINKS") ?? string.Empty);
        return page.ToString().TrimEnd() + "\n";

        void Add(string heading, string content)
        {
            page.Append("## ").Append(heading).Append("\n\n");
            if (content.Trim() is { Length: > 0 } words)
            {
                page.Append(words).Append("\n\n");
            }
        }
    }

    /// <summary>The facts of a parameter.</summary>
    internal static string Facts(CmdletDescription cmdlet, ParameterDescription parameter)
    {
        IEnumerable<string> blocks = parameter.Memberships
            .GroupBy(membership => membership with { Set = string.Empty })
            .Select(group => string.Join('\n', new[]
            {
                $"Type: {parameter.TypeName}",
                $"Parameter Sets: {string.Join(", ", Sets(cmdlet, group))}",
                $"Aliases: {string.Join(", ", parameter.Aliases)}",
                parameter.AcceptedValues.Count == 0 ? null : $"Accepted values: {string.Join(", ", parameter.AcceptedValues)}",
                string.Empty,
                $"Required: {group.Key.IsMandatory}",
                $"Position: {group.Key.PositionText}",
                $"Default value: {parameter.DefaultValue}",
                $"Accept pipeline input: {group.Key.PipelineText}",
                $"Accept wildcard characters: {parameter.AcceptsWildcards}",
            }.Where(line => line is not null).Select(line => line!.TrimEnd())));
        return string.Join("\n\n", blocks);
    }

    private static string Syntax(CmdletDescription cmdlet) => string.Join("\n\n", cmdlet.Sets.Select(set =>
        (set.Length == 0 ? string.Empty : $"### {set}{(set == cmdlet.DefaultSet ? " (Default)" : string.Empty)}\n\n") +
        Fence(string.Empty, Wrap(cmdlet.Syntax(set), " "))));

    /// <summary>Lines of a readable length; those after the first begin with an indent.</summary>
    private static string Wrap(string text, string indent)
    {
        List<string> lines = [];
        string line = string.Empty;

        // What stands in brackets is not divided: '[-Name <String>]'.
        foreach (string word in Words().Matches(text).Select(match => match.Value))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                lines.Add(line);
                line = indent + word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        return string.Join('\n', lines.Append(line));
    }

    [GeneratedRegex(@"\[+-[^\]]*\][^ ]*( <[^>]*>\]?)?|\S+")]
    private static partial Regex Words();

    private static string Fence(string info, string content) => $"```{info}\n{content}\n```";

    private static string[] Sets(CmdletDescription cmdlet, IEnumerable<ParameterMembership> memberships)
    {
        string[] sets = [.. memberships.Select(membership => membership.Set)];
        return sets.Contains(string.Empty) || sets.Length == cmdlet.Sets.Count ? ["(All)"] : sets;
    }

    private static string FirstSentence(string text) => text.IndexOf(". ", StringComparison.Ordinal) is var end and > 0 ? text[..(end + 1)] : text;

    private static string Types(IReadOnlyList<string> types, string? written)
    {
        Dictionary<string, string> words = Sections(written ?? string.Empty, "### ");
        return string.Join("\n\n", types.Select(type => $"### {type}\n\n{Words(type)}".TrimEnd()));

        string Words(string type) => words.GetValueOrDefault(type)?.Trim() is { Length: > 0 } said ? said : type == "None" ? "Nothing." : string.Empty;
    }

    private string Words(ParameterDescription parameter, Dictionary<string, string> written)
    {
        if (written.TryGetValue($"-{parameter.Name}", out string? content))
        {
            int facts = content.LastIndexOf("```yaml", StringComparison.Ordinal);
            return (facts < 0 ? content : content[..facts]).Trim();
        }

        return parameter switch
        {
            { Name: "WhatIf" } => "Shows what would happen if the cmdlet runs. Nothing is changed.",
            { Name: "Confirm" } => "Asks for confirmation before the cmdlet changes anything.",
            { Property: { } property } => Wrap(comments.Of(property), string.Empty),
            _ => string.Empty,
        };
    }

    /// <summary>What stands below each heading of a level. Headings within fences are none.</summary>
    private static Dictionary<string, string> Sections(string text, string mark)
    {
        Dictionary<string, string> sections = [];
        string? heading = null;
        List<string> lines = [];
        bool isFenced = false;
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            isFenced ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!isFenced && line.StartsWith(mark, StringComparison.Ordinal))
            {
                Close();
                heading = line[mark.Length..].Trim();
                lines = [];
            }
            else
            {
                lines.Add(line);
            }
        }

        Close();
        return sections;

        void Close()
        {
            if (heading is not null)
            {
                sections[heading] = string.Join('\n', lines).Trim('\n');
            }
        }
    }
}
