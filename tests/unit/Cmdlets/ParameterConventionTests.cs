using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using Hartonomous.Commands;

namespace Hartonomous.Tests.Cmdlets;

/// <summary>What the parameters and the output of all cmdlets have in common.</summary>
public class ParameterConventionTests
{
    public static TheoryData<string> Names() => [.. CmdletType.All.Select(cmdlet => cmdlet.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_of_stored_things_are_completed(string name)
    {
        CmdletType cmdlet = Find(name);
        foreach (PropertyInfo parameter in cmdlet.Parameters)
        {
            Type? expected = (cmdlet.Noun, parameter.Name) switch
            {
                (_, _) when parameter.PropertyType.IsEnum || parameter.PropertyType == typeof(SwitchParameter) => null,
                ("HartModel", "Name") when cmdlet.Verb is "Get" or "Export" or "Remove" or "Update" => typeof(ModelNameCompleter),
                (_, "Model" or "Reference" or "Difference" or "InModel" or "Against") => typeof(ModelNameCompleter),
                (_, "Tenant") or ("HartTenant", "Name") when cmdlet.Verb != "New" => typeof(TenantNameCompleter),
                (_, "Tensor") => typeof(TensorNameCompleter),
                ("HartTensor" or "HartTensorData" or "HartTensorInfo" or "HartTensorScore" or "HartAtom" or "HartSparseModel", "Name") =>
                    typeof(TensorNameCompleter),
                (_, "AtomId") => typeof(AtomIdCompleter),
                (_, "Pattern") => typeof(SparsityPatternCompleter),
                (_, "JobId") => typeof(JobIdCompleter),
                _ => null,
            };
            if (expected is not null && Element(parameter) == typeof(string) | Element(parameter) == typeof(long))
            {
                CustomAttributeData? completer = CmdletType.AttributesOf(parameter, typeof(ArgumentCompleterAttribute)).SingleOrDefault();
                Assert.True(expected.Equals(completer?.ConstructorArguments[0].Value), $"{name} -{parameter.Name} is not completed.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_token_is_a_secure_string(string name) => Assert.All(
        Find(name).Parameters.Where(parameter => parameter.Name is "AccessToken" or "Token" or "Password"),
        parameter => Assert.Equal("System.Security.SecureString", parameter.PropertyType.FullName));

    [Theory]
    [MemberData(nameof(Names))]
    public void Paths_that_are_read_come_in_pairs_one_with_wildcards_and_one_as_written(string name)
    {
        CmdletType cmdlet = Find(name);
        PropertyInfo? literal = cmdlet.Parameters.SingleOrDefault(parameter => parameter.Name == "LiteralPath");
        PropertyInfo? path = cmdlet.Parameters.SingleOrDefault(parameter => parameter.Name == "Path" && parameter.PropertyType.IsArray);
        Assert.Equal(path is null, literal is null);
        if (path is not null)
        {
            Assert.Single(CmdletType.AttributesOf(path, typeof(SupportsWildcardsAttribute)));
            Assert.Empty(CmdletType.AttributesOf(literal!, typeof(SupportsWildcardsAttribute)));
            CustomAttributeData alias = CmdletType.AttributesOf(literal!, typeof(AliasAttribute)).Single();
            Assert.Contains(
                (IEnumerable<CustomAttributeTypedArgument>)alias.ConstructorArguments[0].Value!, argument => (string)argument.Value! == "PSPath");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_writes_only_on_request_has_PassThru_and_what_has_it_declares_its_output(string name)
    {
        CmdletType cmdlet = Find(name);
        if (cmdlet.Parameters.Any(parameter => parameter.Name == "PassThru"))
        {
            Assert.DoesNotContain(OutputTypes(cmdlet), type => type == typeof(void));
            Assert.True(cmdlet.SupportsShouldProcess || cmdlet.Verb == "Connect");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_limit_of_threads_is_a_number_from_1(string name)
    {
        foreach (PropertyInfo parameter in Find(name).Parameters.Where(parameter => parameter.Name == "ThrottleLimit"))
        {
            Assert.Equal(typeof(int), parameter.PropertyType);
            CustomAttributeData range = CmdletType.AttributesOf(parameter, typeof(ValidateRangeAttribute)).Single();
            Assert.Equal(1, range.ConstructorArguments[0].Value);
        }
    }

    [Fact]
    public void What_computes_on_all_cores_can_be_limited()
    {
        string[] limited =
        [
            .. CmdletType.All.Where(cmdlet => cmdlet.Parameters.Any(parameter => parameter.Name == "ThrottleLimit"))
                .Select(cmdlet => cmdlet.Name),
        ];
        Assert.Superset(
            new HashSet<string>
            {
                "Import-HartModel", "Resume-HartIngestionJob", "Get-HartTensorInfo", "Get-HartTensorData", "Measure-HartTensor", "Test-HartStore",
                "Compare-HartModel", "Export-HartModel", "Compress-HartTensor", "Expand-HartTensor", "ConvertTo-HartSparseModel",
                "Invoke-HartSpatialize", "Find-HartSimilarAtom", "Get-HartLineage", "Measure-HartLocality",
            },
            limited.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Objects_of_a_store_find_back_to_it(string name)
    {
        foreach (Type type in OutputTypes(Find(name)).Where(type => type.Assembly == typeof(HartCmdlet).Assembly && type.GetProperty("Store") is not null))
        {
            Assert.Equal(typeof(string), type.GetProperty("Store")!.PropertyType);
            Assert.DoesNotContain(type.GetProperties(), property => property.SetMethod is { } set
                && !set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)));
        }
    }

    private static Type Element(PropertyInfo parameter) => parameter.PropertyType.IsArray ? parameter.PropertyType.GetElementType()! : parameter.PropertyType;

    private static IEnumerable<Type> OutputTypes(CmdletType cmdlet) => CmdletType.AttributesOf(cmdlet.Type, typeof(OutputTypeAttribute))
        .SelectMany(attribute => (IEnumerable<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!)
        .Select(argument => (Type)argument.Value!);

    private static CmdletType Find(string name) => CmdletType.All.Single(cmdlet => cmdlet.Name == name);
}
