using System.Reflection;
using Hartonomous.Commands;
using Hartonomous.Core.Models;

namespace Hartonomous.Tests.Cmdlets;

/// <summary>
/// PowerShell looks at the module's public types before the core can be loaded, and scripts cannot name types of a private load context:
/// so no public type may show a type of the core, or hold one in a field.
/// </summary>
public class PublicSurfaceTests
{
    private static readonly Assembly Core = typeof(ContentHash).Assembly;

    private static readonly BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static TheoryData<string> PublicTypes() => [.. typeof(HartCmdlet).Assembly.GetExportedTypes().Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(PublicTypes))]
    public void A_public_type_shows_no_type_of_the_core(string name)
    {
        Type type = typeof(HartCmdlet).Assembly.GetType(name, throwOnError: true)!;
        string[] found = [.. Shown(type).Where(entry => Mentions(entry.Type)).Select(entry => $"{entry.Member}: {entry.Type}")];
        Assert.Empty(found);
    }

    [Fact]
    public void A_type_of_the_core_is_found_inside_arrays_and_generics()
    {
        Assert.True(Mentions(typeof(Dictionary<string, ContentHash[]>)));
        Assert.True(Mentions(typeof(ContentHash?)));
        Assert.False(Mentions(typeof(Dictionary<string, long[]>)));
    }

    [Fact]
    public void The_kinds_of_layers_are_those_of_the_core() =>
        Assert.Equal(
            Enum.GetValues<LayerType>().Select(value => (value.ToString(), (int)value)),
            Enum.GetValues<HartLayerType>().Select(value => (value.ToString(), (int)value)));

    [Fact]
    public void The_methods_of_scoring_and_the_ways_of_export_are_those_of_the_core()
    {
        Assert.Equal(Enum.GetNames<Hartonomous.Core.Pruning.Scores.ScoreMethod>(), Enum.GetNames<HartScoreMethod>());
        Assert.Equal(Enum.GetNames<Hartonomous.Core.Atoms.Export.PrunedExport>(), Enum.GetNames<HartPrunedExport>());
    }

    private static IEnumerable<(string Member, Type Type)> Shown(Type type)
    {
        for (Type? ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            yield return ("base", ancestor);
        }

        foreach (Type contract in type.GetInterfaces())
        {
            yield return ("interface", contract);
        }

        IEnumerable<CustomAttributeData> ofMembers = type.GetMembers(Declared).SelectMany(member => member.CustomAttributes);
        foreach (CustomAttributeData attribute in type.CustomAttributes.Concat(ofMembers))
        {
            yield return ("attribute", attribute.AttributeType);
            foreach (CustomAttributeTypedArgument argument in attribute.ConstructorArguments.Where(argument => argument.Value is Type))
            {
                yield return ("attribute's argument", (Type)argument.Value!);
            }
        }

        // Private ones as well: a field of a value type is loaded with the type that has it.
        foreach (FieldInfo field in type.GetFields(Declared))
        {
            yield return (field.Name, field.FieldType);
        }

        foreach (MethodBase method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)).Where(IsVisible))
        {
            IEnumerable<Type> types = method.GetParameters().Select(parameter => parameter.ParameterType);
            foreach (Type mentioned in method is MethodInfo { ReturnType: { } result } ? types.Append(result) : types)
            {
                yield return (method.Name, mentioned);
            }
        }
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool Mentions(Type type) =>
        type.Assembly == Core ||
        (type.HasElementType && Mentions(type.GetElementType()!)) ||
        (type.IsGenericType && type.GetGenericArguments().Any(Mentions));
}
