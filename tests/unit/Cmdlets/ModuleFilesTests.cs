using System.Text.RegularExpressions;
using System.Xml.Linq;
using Hartonomous.Commands;
using Hartonomous.Core;

namespace Hartonomous.Tests.Cmdlets;

/// <summary>The manifest, the views and the display sets fit the assembly.</summary>
public partial class ModuleFilesTests
{
    private static readonly string Manifest = File.ReadAllText(ModuleFile("Hartonomous.psd1"));

    [Fact]
    public void The_manifest_exports_the_cmdlets_that_there_are_and_nothing_else()
    {
        Assert.Equal(CmdletType.All.Select(cmdlet => cmdlet.Name).Order(StringComparer.Ordinal), List("CmdletsToExport"));
        Assert.Empty(List("FunctionsToExport"));
        Assert.Empty(List("AliasesToExport"));
        Assert.Empty(List("VariablesToExport"));
    }

    [Fact]
    public void The_manifest_has_the_version_of_the_program() =>
        Assert.Equal(ProductVersion.Text.Split('-')[0], Regex.Match(Manifest, @"ModuleVersion\s*=\s*'([^']*)'").Groups[1].Value);

    [Fact]
    public void The_files_that_the_manifest_names_are_there() =>
        Assert.All([.. List("TypesToProcess"), .. List("FormatsToProcess")], file => Assert.True(File.Exists(ModuleFile(file)), file));

    [Fact]
    public void Every_type_that_cmdlets_and_the_drive_write_has_a_table_a_list_and_a_wide_view()
    {
        XDocument views = XDocument.Load(ModuleFile("Hartonomous.Format.ps1xml"));
        foreach (Type type in OutputTypes())
        {
            XElement[] ofType =
                [.. views.Descendants("View").Where(view => view.Descendants("TypeName").Any(name => name.Value == type.FullName))];
            Assert.Single(ofType, view => view.Element("TableControl") is not null);
            Assert.Single(ofType, view => view.Element("ListControl") is not null);
            Assert.Single(ofType, view => view.Element("WideControl") is not null);
            Assert.Null(ofType[0].Element("WideControl"));
        }
    }

    [Fact]
    public void Every_type_that_cmdlets_and_the_drive_write_says_which_properties_matter()
    {
        string[] described = [.. XDocument.Load(ModuleFile("Hartonomous.Types.ps1xml")).Root!.Elements("Type").Select(type => type.Element("Name")!.Value)];
        Assert.All(OutputTypes().Where(type => !type.IsEnum), type => Assert.Contains(type.FullName, described));
    }

    [Fact]
    public void Views_show_sizes_and_shapes_in_a_readable_form()
    {
        foreach (XElement view in XDocument.Load(ModuleFile("Hartonomous.Format.ps1xml")).Descendants("View"))
        {
            Assert.DoesNotContain(view.Descendants("PropertyName"), property => property.Value is "SizeBytes" or "Shape");
        }
    }

    [Fact]
    public void Views_name_types_and_properties_that_exist()
    {
        foreach (XElement view in XDocument.Load(ModuleFile("Hartonomous.Format.ps1xml")).Descendants("View"))
        {
            Type type = FindType(view.Descendants("TypeName").Single().Value);
            Assert.All(view.Descendants("PropertyName"), property => Assert.NotNull(type.GetProperty(property.Value)));
            Assert.All(
                view.Descendants("ScriptBlock").SelectMany(script => UsedProperty().Matches(script.Value)).Where(use => !use.Groups[1].Value.StartsWith("PS", StringComparison.Ordinal)),
                use => Assert.NotNull(type.GetProperty(use.Groups[1].Value)));
            Assert.All(
                view.Descendants("ScriptBlock").SelectMany(script => UsedFunction().Matches(script.Value)),
                use => Assert.NotNull(FindType("Hartonomous." + use.Groups[1].Value).GetMethod(use.Groups[2].Value)));
        }
    }

    [Fact]
    public void A_table_has_six_columns_at_most_with_sizes_to_the_right()
    {
        foreach (XElement table in XDocument.Load(ModuleFile("Hartonomous.Format.ps1xml")).Descendants("TableControl"))
        {
            XElement[] headers = [.. table.Descendants("TableColumnHeader")];
            XElement[] columns = [.. table.Descendants("TableColumnItem")];
            Assert.InRange(headers.Length, 1, 6);
            Assert.Equal(headers.Length, columns.Length);
            Assert.All(
                headers.Zip(columns).Where(pair => pair.Second.Value.Contains("::Size(", StringComparison.Ordinal)),
                pair => Assert.Equal("Right", pair.First.Element("Alignment")?.Value));
        }
    }

    [Fact]
    public void Display_sets_name_types_and_properties_that_exist()
    {
        foreach (XElement type in XDocument.Load(ModuleFile("Hartonomous.Types.ps1xml")).Root!.Elements("Type"))
        {
            Type found = FindType(type.Element("Name")!.Value);
            Assert.All(
                type.Descendants("ReferencedProperties").Elements("Name").Concat(type.Descendants("ReferencedMemberName")),
                property => Assert.NotNull(found.GetProperty(property.Value)));
        }
    }

    private static IEnumerable<Type> OutputTypes() => CmdletType.All
        .Select(cmdlet => cmdlet.Type)
        .Append(typeof(HartStoreProvider))
        .SelectMany(type => type.CustomAttributes)
        .Where(attribute => attribute.AttributeType == typeof(System.Management.Automation.OutputTypeAttribute))
        .SelectMany(attribute => (IEnumerable<System.Reflection.CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)
        .Select(argument => (Type)argument.Value!)
        .Where(type => type.Assembly == typeof(HartCmdlet).Assembly)
        .Distinct();

    private static Type FindType(string name) => typeof(HartCmdlet).Assembly.GetType(name, throwOnError: true)!;

    private static string ModuleFile(string name) => Path.Combine(AppContext.BaseDirectory, "module", name);

    /// <summary>The strings of a list in the manifest, which is plain data.</summary>
    private static string[] List(string key)
    {
        Match list = Regex.Match(Manifest, $@"\b{key}\s*=\s*@\(([^)]*)\)");
        Assert.True(list.Success, $"{key} is not an explicit list");
        return [.. Regex.Matches(list.Groups[1].Value, "'([^']*)'").Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"\$_\.(\w+)")]
    private static partial Regex UsedProperty();

    [GeneratedRegex(@"\[Hartonomous\.(\w+)\]::(\w+)\(")]
    private static partial Regex UsedFunction();
}
