using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hartonomous.Help;
using Hartonomous.Tests.Cli;

namespace Hartonomous.Tests.Cmdlets;

/// <summary>Help and code speak of the same: every cmdlet has a page, every parameter is described, and the other way round.</summary>
public partial class HelpPageTests
{
    private static readonly string Pages = RepositoryFiles.Folder("docs/cmdlets");
    private static readonly string Topics = RepositoryFiles.Folder("module/en-US");

    public static TheoryData<string> Names() => [.. CmdletType.All.Select(cmdlet => cmdlet.Name)];

    [Fact]
    public void Every_cmdlet_has_a_page_and_every_page_a_cmdlet() =>
        Assert.Equal(
            CmdletType.All.Select(cmdlet => cmdlet.Name).Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Pages, "*.md").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_describes_every_parameter_and_no_other(string name)
    {
        HelpPage page = Page(name);
        CmdletType cmdlet = CmdletType.All.Single(type => type.Name == name);
        IEnumerable<string> expected = cmdlet.Parameters.Select(parameter => parameter.Name);
        expected = cmdlet.SupportsShouldProcess ? expected.Concat(["WhatIf", "Confirm"]) : expected;
        Assert.Equal(expected.Order(StringComparer.Ordinal), page.Parameters.Select(parameter => parameter.Name).Order(StringComparer.Ordinal));
        Assert.All(page.Parameters, parameter => Assert.Matches(@"\S.*[.:]$", string.Join(' ', parameter.Description)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_repeats_the_code_as_it_is(string name)
    {
        string text = File.ReadAllText(Path.Combine(Pages, name + ".md")).ReplaceLineEndings("\n");
        CmdletDescription cmdlet = CmdletDescription.All.Single(described => described.Name == name);
        Assert.True(
            new HelpPageUpdater(new CodeComments(cmdlet.Type.Assembly)).Update(cmdlet, text) == text,
            $"docs/cmdlets/{name}.md is not up to date: run ./build.ps1 -Task Docs.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_words_examples_and_links(string name)
    {
        HelpPage page = Page(name);
        Assert.Equal(name, page.Name);
        Assert.Matches(@"^[A-Z].{10,120}\.$", page.Synopsis);
        Assert.NotEmpty(page.Description);
        Assert.InRange(page.Examples.Count, 2, 9);
        for (int i = 0; i < page.Examples.Count; i++)
        {
            Assert.StartsWith($"Example {i + 1}: ", page.Examples[i].Title, StringComparison.Ordinal);
            Assert.False(string.IsNullOrWhiteSpace(page.Examples[i].Code));
            Assert.Contains("Hart", page.Examples[i].Code, StringComparison.Ordinal);
        }

        Assert.All(page.Inputs.Concat(page.Outputs), type => Assert.NotEmpty(type.Description));
        Assert.NotEmpty(page.Links);
        Assert.All(page.LinkTargets, target => Assert.True(
            File.Exists(Path.GetFullPath(Path.Combine(Pages, target))), $"{name} links to {target}, which is not there."));
    }

    [Fact]
    public void Pages_and_topics_name_only_cmdlets_and_topics_that_there_are()
    {
        HashSet<string> known = [.. CmdletType.All.Select(cmdlet => cmdlet.Name)];
        foreach (string path in Directory.EnumerateFiles(RepositoryFiles.Folder("docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Topics, "*.txt")))
        {
            string text = File.ReadAllText(path);
            Assert.All(CmdletName().Matches(text), use => Assert.True(known.Contains(use.Value), $"{path} names {use.Value}."));
            Assert.All(TopicName().Matches(text), use => Assert.True(
                File.Exists(Path.Combine(Topics, use.Value + ".help.txt")), $"{path} names {use.Value}."));
        }
    }

    [Fact]
    public void Topics_have_the_form_that_help_reads()
    {
        string[] topics = [.. Directory.EnumerateFiles(Topics, "*.txt")];
        Assert.Equal(4, topics.Length);
        foreach (string path in topics)
        {
            string[] lines = File.ReadAllLines(path);
            Assert.Equal("TOPIC", lines[0]);
            Assert.Equal(Path.GetFileName(path), lines[1].Trim() + ".help.txt");
            Assert.Contains("SHORT DESCRIPTION", lines);
            Assert.Contains("LONG DESCRIPTION", lines);
            Assert.Contains("SEE ALSO", lines);
            Assert.All(lines, line => Assert.InRange(line.Length, 0, 100));
        }
    }

    [Fact]
    public void The_help_file_has_all_that_pages_say_in_the_form_that_PowerShell_reads()
    {
        CmdletDescription cmdlet = CmdletDescription.All.Single(described => described.Name == "Export-HartModel");
        XNamespace maml = "http://schemas.microsoft.com/maml/2004/10";
        XNamespace command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
        XNamespace dev = "http://schemas.microsoft.com/maml/dev/2004/10";
        XElement help = MamlWriter.Write([(cmdlet, Page(cmdlet.Name))]).Root!.Element(command + "command")!;
        Assert.Equal("Export-HartModel", help.Element(command + "details")!.Element(command + "name")!.Value);
        XElement destination = help.Element(command + "parameters")!.Elements()
            .Single(parameter => parameter.Element(maml + "name")!.Value == "Destination");
        Assert.Equal("true", destination.Attribute("required")!.Value);
        Assert.Equal("1", destination.Attribute("position")!.Value);
        Assert.Equal("True (ByPropertyName)", destination.Attribute("pipelineInput")!.Value);
        Assert.Equal("String", destination.Element(command + "parameterValue")!.Value);
        Assert.Contains(
            help.Element(command + "syntax")!.Descendants(maml + "name"), element => element.Value == "WhatIf");
        Assert.All(help.Descendants(dev + "code"), code => Assert.Contains("Export-HartModel", code.Value, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("# Get-X\n\n## SYNOPSIS\n\nx\n", "its headings are SYNOPSIS")]
    [InlineData("no heading", "it has no heading of level 1")]
    public void A_page_that_is_not_built_as_pages_are_is_refused(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<HelpPageException>(() => HelpPageReader.Read("Get-X", text)).Message, StringComparison.Ordinal);

    private static HelpPage Page(string name) => HelpPageReader.Read(name, File.ReadAllText(Path.Combine(Pages, name + ".md")));

    /// <summary>What looks like a cmdlet; scripts of the examples are none.</summary>
    [GeneratedRegex(@"\b[A-Z][a-z]+-Hart[A-Z][A-Za-z]*\b(?!\.ps1)")]
    private static partial Regex CmdletName();

    [GeneratedRegex(@"\babout_Hartonomous\w*")]
    private static partial Regex TopicName();
}
