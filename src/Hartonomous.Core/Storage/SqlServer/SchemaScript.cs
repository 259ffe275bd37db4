namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>A script of the schema and what a database has of it.</summary>
/// <param name="Name">Its name, <c>Migrations/0001_tables.sql</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="State">What the database has of it.</param>
/// <param name="Detail">Why it is not applied, where it is not.</param>
public sealed record SchemaScript(string Name, SqlScriptKind Kind, SchemaScriptState State, string? Detail = null);
