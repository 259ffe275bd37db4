using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Hartonomous.Help;

/// <summary>The documentation comments of the cmdlets, from which new pages begin.</summary>
internal sealed partial class CodeComments
{
    private readonly Dictionary<string, XElement> _members = [];

    /// <summary>Reads the comments beside an assembly; there are none where the file is missing.</summary>
    public CodeComments(Assembly assembly)
    {
        string path = Path.ChangeExtension(assembly.Location, ".xml");
        if (File.Exists(path))
        {
            _members = XDocument.Load(path).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);
        }
    }

    /// <summary>The summary of a type as Markdown, or an empty text.</summary>
    public string Of(Type type) => Summary($"T:{type.FullName}");

    /// <summary>The summary of a property as Markdown, or an empty text.</summary>
    public string Of(PropertyInfo property) => Summary($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private string Summary(string member) => _members.TryGetValue(member, out XElement? found) && found.Element("summary") is { } summary
        ? Spaces().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim()
        : string.Empty;

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } reference => $"**-{reference.Attribute("cref")?.Value.Split('.')[^1]}**",
        _ => string.Empty,
    };

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
