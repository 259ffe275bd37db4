using System.Management.Automation;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Commands;

/// <summary>Tells whether the schema of a store on a server is that of this version; with <c>-Detailed</c>, script by script.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HartSchema", DefaultParameterSetName = "Server")]
[OutputType(typeof(bool), typeof(HartSchemaScript))]
public sealed class TestHartSchemaCommand : ServerCmdlet
{
    /// <summary>Whether the scripts are written instead of the verdict.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool isDetailed = Detailed;
        TryWork("Testing a schema", ParameterSetName == "Server" ? $"{SqlInstance}/{Database}" : null, context =>
        {
            ServerLogin login = Login();
            IReadOnlyList<SchemaScript> scripts = new SqlServerSchema(login.ToOptions()).GetStatus();
            if (!isDetailed)
            {
                context.Output(SqlServerSchema.IsUpToDate(scripts));
                return;
            }

            foreach (SchemaScript script in scripts)
            {
                context.Output(ToObject(script, login.Name));
            }
        });
    }
}
