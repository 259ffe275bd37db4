using System.Globalization;
using System.Xml.Linq;

namespace Hartonomous.Help;

/// <summary>Makes of pages the XML that <c>Get-Help</c> reads. What is not in words comes from the code.</summary>
internal static class MamlWriter
{
    /// <summary>The name under which PowerShell looks for the help of the module's cmdlets, in the folder of a culture.</summary>
    public const string FileName = "Hartonomous.Cmdlets.dll-Help.xml";

    private static readonly XNamespace Items = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>The help of several cmdlets.</summary>
    public static XDocument Write(IEnumerable<(CmdletDescription Cmdlet, HelpPage Page)> commands) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(
            Items + "helpItems",
            new XAttribute("schema", "maml"),
            commands.Select(entry => Write(entry.Cmdlet, entry.Page))));

    private static XElement Write(CmdletDescription cmdlet, HelpPage page) => new(
        Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Command + "verb", cmdlet.Verb),
            new XElement(Command + "noun", cmdlet.Noun),
            Description([page.Synopsis])),
        Description(page.Description),
        new XElement(Command + "syntax", cmdlet.Sets.Select(set => new XElement(
            Command + "syntaxItem",
            new XElement(Maml + "name", cmdlet.Name),
            cmdlet.Of(set).Select(entry => Parameter(entry.Parameter, entry.Membership, page))))),
        new XElement(Command + "parameters", cmdlet.Parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)
            .Select(parameter => Parameter(parameter, parameter.Memberships[0], page))),
        new XElement(Command + "inputTypes", page.Inputs.Select(type => new XElement(Command + "inputType", Type(type)))),
        new XElement(Command + "returnValues", page.Outputs.Select(type => new XElement(Command + "returnValue", Type(type)))),
        new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paragraphs(page.Notes))),
        new XElement(Command + "examples", page.Examples.Select(Example)),
        new XElement(Command + "relatedLinks", page.Links.Select(link => new XElement(
            Maml + "navigationLink", new XElement(Maml + "linkText", link), new XElement(Maml + "uri")))));

    private static XElement Parameter(ParameterDescription parameter, ParameterMembership membership, HelpPage page)
    {
        IReadOnlyList<string> words = page.Parameters.FirstOrDefault(entry => entry.Name == parameter.Name)?.Description ?? [];
        if (parameter.AcceptedValues.Count > 0)
        {
            words = [.. words, $"One of {string.Join(", ", parameter.AcceptedValues)}."];
        }

        return new XElement(
            Command + "parameter",
            new XAttribute("required", Lower(membership.IsMandatory)),
            new XAttribute("variableLength", Lower(parameter.TypeName.EndsWith("[]", StringComparison.Ordinal))),
            new XAttribute("globbing", Lower(parameter.AcceptsWildcards)),
            new XAttribute("pipelineInput", membership.PipelineText),
            new XAttribute("position", membership.PositionText.ToLower(CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            Description(words),
            parameter.IsSwitch ? null : new XElement(
                Command + "parameterValue",
                new XAttribute("required", "true"),
                new XAttribute("variableLength", "false"),
                parameter.TypeName),
            new XElement(Dev + "type", new XElement(Maml + "name", parameter.TypeName), new XElement(Maml + "uri")),
            new XElement(Dev + "defaultValue", parameter.DefaultValue));
    }

    private static object[] Type(HelpType type) =>
        [new XElement(Dev + "type", new XElement(Maml + "name", type.Name)), Description(type.Description)];

    private static XElement Example(HelpExample example) => new(
        Command + "example",
        new XElement(Maml + "title", $"--- {example.Title} ---"),
        new XElement(Dev + "code", example.Code),
        new XElement(Dev + "remarks", Paragraphs(example.Remarks)));

    private static XElement Description(IEnumerable<string> paragraphs) => new(Maml + "description", Paragraphs(paragraphs));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) => paragraphs.Select(text => new XElement(Maml + "para", text));

    private static string Lower(bool value) => value ? "true" : "false";
}
