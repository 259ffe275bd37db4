using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Hartonomous.Core.Models;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>A T-SQL script of the schema, embedded in this assembly.</summary>
/// <param name="Name">Folder and file name, <c>Migrations/0001_tables.sql</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The script. Line ends are LF, so that a checkout cannot change its checksum.</param>
internal sealed partial record SqlScript(string Name, SqlScriptKind Kind, string Text)
{
    private static readonly string[] Folders = ["Migrations", "Procedures", "Views", "Security", "Features"];

    /// <summary>SHA-256 of the text, as hexadecimal digits.</summary>
    public string Checksum { get; } = ContentHash.Of(Encoding.UTF8.GetBytes(Text)).ToString();

    /// <summary>The file's name without its folder and its ending.</summary>
    public string ObjectName => Path.GetFileNameWithoutExtension(Name);

    /// <summary>The batches between the lines that say GO.</summary>
    public IEnumerable<string> Batches() => BatchEnd().Split(Text).Where(batch => batch.Trim().Length > 0);

    /// <summary>Removes the object that a script of procedures or views makes, before it is made anew.</summary>
    public string? DropSql() => ObjectName[..3] switch
    {
        _ when Kind != SqlScriptKind.Module => null,
        "fn_" => $"DROP FUNCTION IF EXISTS dbo.{ObjectName}",
        "sp_" => $"DROP PROCEDURE IF EXISTS dbo.{ObjectName}",
        "vw_" => $"DROP VIEW IF EXISTS dbo.{ObjectName}",
        _ => null,
    };

    /// <summary>All scripts, in the order they are applied.</summary>
    public static IReadOnlyList<SqlScript> LoadAll()
    {
        Assembly assembly = typeof(SqlScript).Assembly;
        string prefix = typeof(SqlScript).Namespace + ".";
        List<SqlScript> scripts = [];
        foreach (string folder in Folders)
        {
            string start = $"{prefix}{folder}.";
            foreach (string resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(start, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal))
            {
                using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
                scripts.Add(new SqlScript($"{folder}/{resource[start.Length..]}", KindOf(folder), reader.ReadToEnd().ReplaceLineEndings("\n")));
            }
        }

        return scripts;
    }

    private static SqlScriptKind KindOf(string folder) => folder switch
    {
        "Migrations" => SqlScriptKind.Migration,
        "Features" => SqlScriptKind.Feature,
        "Security" => SqlScriptKind.Security,
        _ => SqlScriptKind.Module,
    };

    [GeneratedRegex(@"^[ \t]*GO[ \t]*$", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex BatchEnd();
}
