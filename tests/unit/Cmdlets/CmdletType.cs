using System.Management.Automation;
using System.Reflection;
using Hartonomous.Commands;

namespace Hartonomous.Tests.Cmdlets;

/// <summary>A cmdlet as its attributes describe it, read as data: no PowerShell is needed.</summary>
internal sealed class CmdletType
{
    private readonly CustomAttributeData _attribute;

    private CmdletType(Type type)
    {
        Type = type;
        _attribute = type.CustomAttributes.Single(attribute => attribute.AttributeType == typeof(CmdletAttribute));
        Verb = (string)_attribute.ConstructorArguments[0].Value!;
        Noun = (string)_attribute.ConstructorArguments[1].Value!;
        Parameters = [.. type.GetProperties().Where(property => AttributesOf(property, typeof(ParameterAttribute)).Any())];
    }

    public static IReadOnlyList<CmdletType> All { get; } =
        [.. typeof(HartCmdlet).Assembly.GetTypes()
            .Where(type => type.CustomAttributes.Any(attribute => attribute.AttributeType == typeof(CmdletAttribute)))
            .Select(type => new CmdletType(type))];

    public Type Type { get; }

    public string Verb { get; }

    public string Noun { get; }

    public string Name => $"{Verb}-{Noun}";

    public IReadOnlyList<PropertyInfo> Parameters { get; }

    public bool SupportsShouldProcess => Named<bool>(_attribute, nameof(CmdletAttribute.SupportsShouldProcess));

    public static IEnumerable<CustomAttributeData> AttributesOf(MemberInfo member, Type type) =>
        member.CustomAttributes.Where(attribute => attribute.AttributeType == type);

    public static T? Named<T>(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments
            .Where(argument => argument.MemberName == name)
            .Select(argument => (T?)argument.TypedValue.Value)
            .FirstOrDefault();

    /// <summary>The sets a parameter belongs to, with the attribute that puts it there.</summary>
    public IEnumerable<(string Set, PropertyInfo Parameter, CustomAttributeData Attribute)> Memberships()
    {
        List<(string Set, PropertyInfo Parameter, CustomAttributeData Attribute)> declared =
            [.. Parameters.SelectMany(parameter => AttributesOf(parameter, typeof(ParameterAttribute))
                .Select(attribute => (SetOf(attribute), parameter, attribute)))];
        string[] sets = [.. declared.Select(entry => entry.Set).Where(set => set.Length > 0).Distinct().DefaultIfEmpty(string.Empty)];
        return declared.SelectMany(entry => entry.Set.Length > 0 ? [entry] : sets.Select(set => (set, entry.Parameter, entry.Attribute)));
    }

    public override string ToString() => Name;

    private static string SetOf(CustomAttributeData attribute) =>
        Named<string>(attribute, nameof(ParameterAttribute.ParameterSetName)) ?? string.Empty;
}
