using System.Management.Automation;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Commands;

/// <summary>Base of the cmdlets that apply scripts. With <c>-WhatIf</c> they write the scripts that would be applied.</summary>
public abstract class SchemaUpdateCmdlet : ServerCmdlet
{
    /// <summary>
    /// Whether the server itself is to keep tenants from seeing each other's rows, whatever statement is sent. Needs SQL Server; stays on.
    /// </summary>
    [Parameter]
    public SwitchParameter RowLevelSecurity { get; set; }

    /// <summary>The database, for people.</summary>
    private protected string Target => ParameterSetName == "Server" ? $"{SqlInstance}/{Database}" : "the database of the connection string";

    /// <summary>Applies what is missing, or says what that is.</summary>
    private protected void Update(string action, bool isSure)
    {
        string target = Target;
        bool withSecurity = RowLevelSecurity;
        TryWork(action, target, context =>
        {
            ServerLogin login = Login();
            SqlServerSchema schema = new(login.ToOptions());
            IEnumerable<SchemaScript> scripts = isSure
                ? schema.Update(withSecurity, script => context.Verbose($"{script.State} {script.Name}"))
                : schema.GetStatus().Where(script => script.State is SchemaScriptState.Missing or SchemaScriptState.Outdated ||
                    (withSecurity && script.State == SchemaScriptState.Optional));
            foreach (SchemaScript script in scripts)
            {
                context.Output(ToObject(script, login.Name));
            }
        });
    }
}
