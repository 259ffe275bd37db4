using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text;
using Hartonomous.Commands;

namespace Hartonomous.Help;

/// <summary>A cmdlet as its attributes describe it. They are read as data: no PowerShell is needed.</summary>
internal sealed class CmdletDescription
{
    private CmdletDescription(Type type, CustomAttributeData attribute)
    {
        Type = type;
        Verb = (string)attribute.ConstructorArguments[0].Value!;
        Noun = (string)attribute.ConstructorArguments[1].Value!;
        DefaultSet = Named<string>(attribute, nameof(CmdletAttribute.DefaultParameterSetName));
        object? sample = Activator.CreateInstance(type);
        IEnumerable<ParameterDescription> declared = type.GetProperties()
            .Where(property => AttributesOf(property, typeof(ParameterAttribute)).Any(IsShown))
            .Select(property => Parameter(property, sample));
        Parameters = [.. Named<bool>(attribute, nameof(CmdletAttribute.SupportsShouldProcess)) ? declared.Concat(ShouldProcess()) : declared];
        string[] sets = [.. Parameters.SelectMany(parameter => parameter.Memberships).Select(membership => membership.Set)
            .Where(set => set.Length > 0).Distinct()];

        // The default set may be the one of what belongs to all sets, and then no parameter names it.
        string[] named = DefaultSet is null || sets.Length == 0 || sets.Contains(DefaultSet) ? sets : [DefaultSet, .. sets];
        Sets = named.Length == 0 ? [string.Empty] : [.. named.OrderByDescending(set => set == DefaultSet)];
    }

    /// <summary>Every cmdlet of the module, by name.</summary>
    public static IReadOnlyList<CmdletDescription> All { get; } =
    [
        .. typeof(HartCmdlet).Assembly.GetTypes()
            .Select(type => (Type: type, Attribute: AttributesOf(type, typeof(CmdletAttribute)).FirstOrDefault()))
            .Where(entry => entry.Attribute is not null)
            .Select(entry => new CmdletDescription(entry.Type, entry.Attribute!))
            .OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal),
    ];

    /// <summary>Its class.</summary>
    public Type Type { get; }

    /// <summary>The verb.</summary>
    public string Verb { get; }

    /// <summary>The noun.</summary>
    public string Noun { get; }

    /// <summary>Verb and noun.</summary>
    public string Name => $"{Verb}-{Noun}";

    /// <summary>The parameter set that counts where the parameters fit several, or null.</summary>
    public string? DefaultSet { get; }

    /// <summary>Names of the parameter sets, the default one first; an empty name where there is one set only.</summary>
    public IReadOnlyList<string> Sets { get; }

    /// <summary>Its parameters, those of the class itself before those of its bases.</summary>
    public IReadOnlyList<ParameterDescription> Parameters { get; }

    /// <summary>Full names of the types it writes.</summary>
    public IReadOnlyList<string> OutputTypes =>
    [
        .. AttributesOf(Type, typeof(OutputTypeAttribute))
            .SelectMany(attribute => (IEnumerable<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)
            .Select(argument => argument.Value as Type)
            .Select(type => type is null || type == typeof(void) ? "None" : type.FullName!)
            .Distinct(),
    ];

    /// <summary>Full names of the types that its parameters take of the pipeline by value.</summary>
    public IReadOnlyList<string> InputTypes
    {
        get
        {
            string[] types =
            [
                .. Parameters.Where(parameter => parameter.Memberships.Any(membership => membership.ByValue))
                    .Select(parameter => Element(parameter.Property!.PropertyType).FullName!)
                    .Distinct(),
            ];
            return types.Length == 0 ? ["None"] : types;
        }
    }

    /// <summary>The parameters of a set in the order in which syntax shows them: by position, then mandatory ones, then the rest.</summary>
    public IReadOnlyList<(ParameterDescription Parameter, ParameterMembership Membership)> Of(string set) =>
    [
        .. Parameters.Select(parameter => (Parameter: parameter, Membership: parameter.In(set)))
            .Where(entry => entry.Membership is not null)
            .Select(entry => (entry.Parameter, Membership: entry.Membership!))
            .OrderBy(entry => entry.Membership.Position ?? int.MaxValue)
            .ThenByDescending(entry => entry.Membership.Position is null && entry.Membership.IsMandatory),
    ];

    /// <summary>The command line of a set: <c>Get-HartModel [[-Name] &lt;String[]&gt;] [&lt;CommonParameters&gt;]</c>.</summary>
    public string Syntax(string set)
    {
        StringBuilder text = new(Name);
        foreach ((ParameterDescription parameter, ParameterMembership membership) in Of(set))
        {
            string name = membership.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
            string whole = parameter.IsSwitch ? $"-{parameter.Name}" : $"{name} <{parameter.TypeName}>";
            text.Append(' ').Append(membership.IsMandatory ? whole : $"[{whole}]");
        }

        return text.Append(" [<CommonParameters>]").ToString();
    }

    private static ParameterDescription Parameter(PropertyInfo property, object? sample)
    {
        Type element = Element(property.PropertyType);
        bool isSwitch = property.PropertyType == typeof(SwitchParameter);
        return new ParameterDescription
        {
            Name = property.Name,
            TypeName = element.Name + (property.PropertyType.IsArray ? "[]" : string.Empty),
            IsSwitch = isSwitch,
            Aliases = [.. AttributesOf(property, typeof(AliasAttribute)).SelectMany(Strings)],
            AcceptsWildcards = AttributesOf(property, typeof(SupportsWildcardsAttribute)).Any(),
            AcceptedValues = element.IsEnum
                ? Enum.GetNames(element)
                : [.. AttributesOf(property, typeof(ValidateSetAttribute)).SelectMany(Strings)],
            DefaultValue = isSwitch ? "False" : DefaultOf(property, sample),
            Memberships = [.. AttributesOf(property, typeof(ParameterAttribute)).Where(IsShown).Select(Membership)],
            Property = property,
        };
    }

    private static ParameterMembership Membership(CustomAttributeData attribute) => new(
        Named<string>(attribute, nameof(ParameterAttribute.ParameterSetName)) ?? string.Empty,
        Named<bool>(attribute, nameof(ParameterAttribute.Mandatory)),
        attribute.NamedArguments.Where(argument => argument.MemberName == nameof(ParameterAttribute.Position))
            .Select(argument => (int?)argument.TypedValue.Value).FirstOrDefault(),
        Named<bool>(attribute, nameof(ParameterAttribute.ValueFromPipeline)),
        Named<bool>(attribute, nameof(ParameterAttribute.ValueFromPipelineByPropertyName)));

    private static IEnumerable<ParameterDescription> ShouldProcess() =>
        from entry in new[] { (Name: "Confirm", Alias: "cf"), (Name: "WhatIf", Alias: "wi") }
        select new ParameterDescription
        {
            Name = entry.Name,
            TypeName = nameof(SwitchParameter),
            IsSwitch = true,
            Aliases = [entry.Alias],
            AcceptsWildcards = false,
            AcceptedValues = [],
            DefaultValue = "None",
            Memberships = [new ParameterMembership(string.Empty, false, null, false, false)],
        };

    private static string DefaultOf(PropertyInfo property, object? sample) => property.GetValue(sample) switch
    {
        null or "" or Array { Length: 0 } or long.MaxValue => "None",
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        Array values => string.Join(", ", values.Cast<object>()),
        object value => value.ToString()!,
    };

    private static Type Element(Type type)
    {
        Type element = type.IsArray ? type.GetElementType()! : type;
        return Nullable.GetUnderlyingType(element) ?? element;
    }

    private static bool IsShown(CustomAttributeData attribute) => !Named<bool>(attribute, nameof(ParameterAttribute.DontShow));

    private static IEnumerable<string> Strings(CustomAttributeData attribute) =>
        ((IEnumerable<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!).Select(argument => (string)argument.Value!);

    private static IEnumerable<CustomAttributeData> AttributesOf(MemberInfo member, Type type) =>
        member.CustomAttributes.Where(attribute => attribute.AttributeType == type);

    private static T? Named<T>(CustomAttributeData attribute, string name) =>
        attribute.NamedArguments.Where(argument => argument.MemberName == name)
            .Select(argument => (T?)argument.TypedValue.Value).FirstOrDefault();
}
