using System.Management.Automation;
using System.Reflection;
using System.Reflection.Emit;

namespace Hartonomous.Tests.Cmdlets;

/// <summary>Microsoft's development guidelines for cmdlets, as far as attributes and method bodies show whether they are kept.</summary>
public class CmdletConventionTests
{
    /// <summary>Verbs of "Approved Verbs for PowerShell Commands" (PowerShell 7.6).</summary>
    private static readonly HashSet<string> ApprovedVerbs =
    [
        .. """
           Add Clear Close Copy Enter Exit Find Format Get Hide Join Lock Move New Open Optimize Pop Push Redo Remove Rename Reset Resize
           Search Select Set Show Skip Split Step Switch Undo Unlock Watch Connect Disconnect Read Receive Send Write Backup Checkpoint
           Compare Compress Convert ConvertFrom ConvertTo Dismount Edit Expand Export Group Import Initialize Limit Merge Mount Out Publish
           Restore Save Sync Unpublish Update Debug Measure Ping Repair Resolve Test Trace Approve Assert Build Complete Confirm Deny Deploy
           Disable Enable Install Invoke Register Request Restart Resume Start Stop Submit Suspend Uninstall Unregister Wait Block Grant
           Protect Revoke Unblock Unprotect Use
           """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
    ];

    private static readonly HashSet<string> ChangingVerbs =
    [
        "Import", "Remove", "Optimize", "Compress", "Expand", "Update", "Initialize", "Clear", "Repair", "Export", "Set", "New", "Add",
        "Resume", "Reset", "Stop", "Install", "Copy", "Start", "Invoke", "ConvertTo",
    ];

    private static readonly HashSet<string> ReservedNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "Confirm", "Debug", "ErrorAction", "ErrorVariable", "InformationAction", "InformationVariable", "OutBuffer", "OutVariable",
        "PipelineVariable", "ProgressAction", "SelectProperty", "SelectObject", "UseTransaction", "Verbose", "WarningAction",
        "WarningVariable", "WhatIf",
    };

    public static TheoryData<string> Names() => [.. CmdletType.All.Select(cmdlet => cmdlet.Name)];

    [Fact]
    public void There_are_cmdlets() => Assert.Equal(41, CmdletType.All.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_is_an_approved_verb_and_a_singular_noun_with_the_prefix(string name)
    {
        CmdletType cmdlet = Find(name);
        Assert.Contains(cmdlet.Verb, ApprovedVerbs);
        Assert.Matches("^Hart[A-Z][A-Za-z]*[^s]$", cmdlet.Noun);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_class_is_sealed_and_named_for_its_cmdlet(string name)
    {
        CmdletType cmdlet = Find(name);
        Assert.Equal($"Hartonomous.Commands.{cmdlet.Verb}{cmdlet.Noun}Command", cmdlet.Type.FullName);
        Assert.True(cmdlet.Type.IsSealed);
        Assert.True(cmdlet.Type.IsPublic);
        Assert.True(typeof(PSCmdlet).IsAssignableFrom(cmdlet.Type));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_output_is_declared(string name) =>
        Assert.NotEmpty(CmdletType.AttributesOf(Find(name).Type, typeof(OutputTypeAttribute)));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_changes_something_asks_before_it_does(string name)
    {
        CmdletType cmdlet = Find(name);
        bool changes = ChangingVerbs.Contains(cmdlet.Verb) || cmdlet.Parameters.Any(parameter => parameter.Name == "OutFile");
        Assert.Equal(changes, cmdlet.SupportsShouldProcess);
        Assert.Equal(changes, Calls(cmdlet.Type, nameof(Cmdlet.ShouldProcess)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parameter_set_takes_one_parameter_from_the_pipeline_and_each_position_once(string name)
    {
        foreach (IGrouping<string, (string Set, PropertyInfo Parameter, CustomAttributeData Attribute)> set in
            Find(name).Memberships().GroupBy(entry => entry.Set))
        {
            Assert.InRange(set.Count(entry => CmdletType.Named<bool>(entry.Attribute, nameof(ParameterAttribute.ValueFromPipeline))), 0, 1);
            int[] positions =
            [
                .. set.SelectMany(entry => entry.Attribute.NamedArguments)
                    .Where(argument => argument.MemberName == nameof(ParameterAttribute.Position))
                    .Select(argument => (int)argument.TypedValue.Value!)
                    .Order(),
            ];
            Assert.Equal(Enumerable.Range(0, positions.Length), positions);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_are_switches_rather_than_booleans_and_have_singular_names_that_are_not_reserved(string name)
    {
        foreach (PropertyInfo parameter in Find(name).Parameters)
        {
            Assert.NotEqual(typeof(bool), parameter.PropertyType);
            Assert.DoesNotContain(parameter.Name, ReservedNames);
            Assert.Matches("^[A-Z][A-Za-z0-9]*$", parameter.Name);
            if (parameter.PropertyType.IsArray)
            {
                Assert.DoesNotMatch("[^su]s$", parameter.Name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_mandatory_parameter_says_what_is_asked_for(string name)
    {
        foreach ((_, PropertyInfo parameter, CustomAttributeData attribute) in Find(name).Memberships()
            .Where(entry => CmdletType.Named<bool>(entry.Attribute, nameof(ParameterAttribute.Mandatory))))
        {
            string? help = CmdletType.Named<string>(attribute, nameof(ParameterAttribute.HelpMessage));
            Assert.True(help is { Length: > 0 }, $"{name} -{parameter.Name}");
        }
    }

    [Fact]
    public void Every_cmdlet_that_opens_a_store_can_be_given_one()
    {
        string[] without =
        [
            .. CmdletType.All.Where(cmdlet => cmdlet.Parameters.All(parameter => parameter.Name != "Connection"))
                .Select(cmdlet => cmdlet.Name)
                .Order(),
        ];
        Assert.Equal(
            [
                "Connect-HartStore", "Disconnect-HartStore", "Get-HartModelFile", "Get-HartStore", "Get-HartTensorInfo", "Install-HartSchema",
                "Test-HartSchema", "Update-HartSchema",
            ],
            without);
    }

    private static CmdletType Find(string name) => CmdletType.All.Single(cmdlet => cmdlet.Name == name);

    /// <summary>Whether a method of the type, or of a closure in it, calls a method of that name.</summary>
    private static bool Calls(Type type, string method) => type
        .GetNestedTypes(BindingFlags.NonPublic | BindingFlags.Public).Append(type)
        .SelectMany(holder => holder.GetMethods(
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Any(body => CalledBy(body).Any(called => called.Name == method));

    private static IEnumerable<MethodBase> CalledBy(MethodInfo method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i + 4 < code.Length; i++)
        {
            // Operands that look like a call give tokens that name no method; those are passed over.
            bool isCall = code[i] == OpCodes.Call.Value || code[i] == OpCodes.Callvirt.Value;
            if (isCall && TryResolve(method, BitConverter.ToInt32(code, i + 1)) is { } called)
            {
                yield return called;
            }
        }
    }

    private static MethodBase? TryResolve(MethodInfo method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(token, method.DeclaringType!.GetGenericArguments(), method.GetGenericArguments());
        }
        catch (Exception error) when (error is ArgumentException or BadImageFormatException)
        {
            return null;
        }
    }
}
