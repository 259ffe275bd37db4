using System.Text;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Hartonomous.Help;

/// <summary>
/// Reads pages. A page has the headings of platyPS: the name at level 1; SYNOPSIS, SYNTAX, DESCRIPTION, EXAMPLES, PARAMETERS, INPUTS, OUTPUTS,
/// NOTES and RELATED LINKS at level 2; examples, parameters and types at level 3.
/// </summary>
internal static class HelpPageReader
{
    private static readonly string[] Headings =
        ["SYNOPSIS", "SYNTAX", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS"];

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().Build();

    /// <summary>Reads a page.</summary>
    /// <param name="name">What messages call it: its file.</param>
    /// <param name="text">Its Markdown.</param>
    /// <exception cref="HelpPageException">It is not built as pages are.</exception>
    public static HelpPage Read(string name, string text)
    {
        List<Block> blocks = [.. Markdown.Parse(text, Pipeline)];
        int title = blocks.FindIndex(block => block is HeadingBlock { Level: 1 });
        if (title < 0)
        {
            throw new HelpPageException(name, "it has no heading of level 1.");
        }

        Dictionary<string, List<Block>> sections = [];
        List<string> order = [];
        foreach ((string heading, List<Block> content) in Split(blocks[(title + 1)..], 2))
        {
            order.Add(heading);
            sections[heading] = content;
        }

        if (!order.SequenceEqual(Headings))
        {
            throw new HelpPageException(name, $"its headings are {string.Join(", ", order)}, and have to be {string.Join(", ", Headings)}.");
        }

        (string Text, string Target)[] links = [.. Links(sections["RELATED LINKS"])];
        return new HelpPage
        {
            Name = Text((HeadingBlock)blocks[title]),
            Synopsis = string.Join(' ', Paragraphs(sections["SYNOPSIS"])),
            Syntax = [.. sections["SYNTAX"].OfType<FencedCodeBlock>().Select(Code)],
            Description = Paragraphs(sections["DESCRIPTION"]),
            Examples = [.. Split(sections["EXAMPLES"], 3).Select(example => Example(name, example.Heading, example.Content))],
            Parameters =
            [
                .. Split(sections["PARAMETERS"], 3).Where(parameter => parameter.Heading.StartsWith('-'))
                    .Select(parameter => Parameter(name, parameter.Heading, parameter.Content)),
            ],
            Inputs = [.. Split(sections["INPUTS"], 3).Select(type => new HelpType(type.Heading, Paragraphs(type.Content)))],
            Outputs = [.. Split(sections["OUTPUTS"], 3).Select(type => new HelpType(type.Heading, Paragraphs(type.Content)))],
            Notes = Paragraphs(sections["NOTES"]),
            Links = [.. links.Select(link => link.Text)],
            LinkTargets = [.. links.Select(link => link.Target)],
        };
    }

    private static HelpExample Example(string page, string heading, List<Block> content)
    {
        int code = content.FindIndex(block => block is FencedCodeBlock { Info: "powershell" });
        if (code < 0)
        {
            throw new HelpPageException(page, $"'{heading}' has no block of powershell.");
        }

        return new HelpExample(heading, Code((FencedCodeBlock)content[code]), Paragraphs(content.Where((_, index) => index != code)));
    }

    private static HelpParameter Parameter(string page, string heading, List<Block> content)
    {
        FencedCodeBlock facts = content.OfType<FencedCodeBlock>().LastOrDefault(block => block.Info == "yaml")
            ?? throw new HelpPageException(page, $"'{heading}' has no block of yaml.");
        return new HelpParameter(heading[1..], Paragraphs(content.Where(block => block != facts)), Code(facts));
    }

    private static IEnumerable<(string Heading, List<Block> Content)> Split(IEnumerable<Block> blocks, int level)
    {
        string? heading = null;
        List<Block> content = [];
        foreach (Block block in blocks)
        {
            if (block is HeadingBlock next && next.Level <= level)
            {
                if (heading is not null)
                {
                    yield return (heading, content);
                }

                heading = Text(next);
                content = [];
            }
            else
            {
                content.Add(block);
            }
        }

        if (heading is not null)
        {
            yield return (heading, content);
        }
    }

    private static IReadOnlyList<string> Paragraphs(IEnumerable<Block> blocks) => [.. blocks.SelectMany(Paragraph)];

    private static IEnumerable<string> Paragraph(Block block) => block switch
    {
        CodeBlock code => Code(code).Split('\n').Select(line => "    " + line),
        ListBlock list => list.Cast<ListItemBlock>().Select(item => "- " + string.Join(' ', Paragraphs(item))),
        ContainerBlock container => Paragraphs(container),
        LeafBlock leaf when leaf.Inline is not null => [Text(leaf)],
        _ => [],
    };

    private static IEnumerable<(string Text, string Target)> Links(IEnumerable<Block> blocks) =>
        blocks.SelectMany(block => block.Descendants<LinkInline>()).Select(link => (Text(link), link.Url ?? string.Empty));

    private static string Code(CodeBlock block) => block.Lines.ToString().TrimEnd();

    private static string Text(LeafBlock block) => block.Inline is null ? string.Empty : Text(block.Inline);

    private static string Text(ContainerInline container)
    {
        StringBuilder text = new();
        foreach (Inline inline in container)
        {
            text.Append(inline switch
            {
                LiteralInline literal => literal.Content.ToString(),
                CodeInline code => code.Content,
                LineBreakInline => " ",
                HtmlEntityInline entity => entity.Transcoded.ToString(),
                AutolinkInline link => link.Url,
                ContainerInline inner => Text(inner),
                _ => string.Empty,
            });
        }

        return text.ToString();
    }
}
