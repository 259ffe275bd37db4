using System.Management.Automation;

namespace Hartonomous.Commands;

/// <summary>Brings the schema of a store on a server up to date. With <c>-WhatIf</c> it lists the scripts that would be applied.</summary>
[Cmdlet(VerbsData.Update, "HartSchema", SupportsShouldProcess = true, DefaultParameterSetName = "Server")]
[OutputType(typeof(HartSchemaScript))]
public sealed class UpdateHartSchemaCommand : SchemaUpdateCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord() => Update("Update the schema", ShouldProcess(Target, "Update the schema"));
}
