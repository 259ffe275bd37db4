using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>Makes the schema of a store in a database. One that is there is brought up to date.</summary>
[Cmdlet(VerbsLifecycle.Install, "HartSchema", SupportsShouldProcess = true, DefaultParameterSetName = "Server")]
[OutputType(typeof(HartSchemaScript))]
public sealed class InstallHartSchemaCommand : SchemaUpdateCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Update("Install the schema", ShouldProcess(Target, "Install the schema"));
}
