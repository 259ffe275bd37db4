namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>What a script of the schema is.</summary>
public enum SqlScriptKind
{
    /// <summary>Tables, once, in the order of its number; never changed after a release.</summary>
    Migration = 0,

    /// <summary>A procedure, function or view: made anew when it has changed.</summary>
    Module,

    /// <summary>Roles and grants: applied again after every change.</summary>
    Security,

    /// <summary>What only some servers have: applied where the server has it.</summary>
    Feature,
}
