using System.Text.RegularExpressions;
using Hartonomous.Core.Storage.SqlServer;

namespace Hartonomous.Tests.Storage;

/// <summary>What holds of every script of the schema, without a server.</summary>
public partial class SqlScriptTests
{
    [Fact]
    public void Scripts_are_found_in_the_order_they_are_applied()
    {
        IReadOnlyList<SqlScript> scripts = SqlScript.LoadAll();

        Assert.Equal("Migrations/0001_tables.sql", scripts[0].Name);
        Assert.Equal(scripts.Count, scripts.Select(script => script.Name).Distinct().Count());
        Assert.Equal(
            [SqlScriptKind.Migration, SqlScriptKind.Module, SqlScriptKind.Security, SqlScriptKind.Feature],
            scripts.Select(script => script.Kind).Distinct());
        Assert.All(scripts, script => Assert.Matches("^[0-9a-f]{64}$", script.Checksum));
        Assert.Contains(scripts, script => script.Name == SqlServerSchema.RowLevelSecurity);
    }

    [Fact]
    public void A_line_that_says_go_ends_a_batch_and_no_other_does()
    {
        SqlScript script = new("Migrations/x.sql", SqlScriptKind.Migration, "SELECT 1\nGO\n\n  go  \nSELECT 'GO'\n-- GO on\nGO\n");

        Assert.Equal(["SELECT 1", "SELECT 'GO'\n-- GO on"], script.Batches().Select(batch => batch.Trim()));
    }

    [Fact]
    public void Every_module_makes_the_object_of_its_name_and_says_what_calls_it()
    {
        foreach (SqlScript script in SqlScript.LoadAll().Where(script => script.Kind == SqlScriptKind.Module))
        {
            string kind = script.ObjectName[..3] switch { "sp_" => "PROCEDURE", "fn_" => "FUNCTION", _ => "VIEW" };
            string text = script.Text.Replace(" ()", string.Empty, StringComparison.Ordinal);
            Assert.Contains($"CREATE {kind} dbo.{script.ObjectName}\n", text, StringComparison.Ordinal);
            Assert.Matches(kind == "VIEW" ? "^-- For people: " : "^-- Called by: ", script.Text);
            Assert.Equal($"DROP {kind} IF EXISTS dbo.{script.ObjectName}", script.DropSql());
        }
    }

    [Fact]
    public void Every_procedure_that_programs_call_is_granted_to_somebody()
    {
        IReadOnlyList<SqlScript> scripts = SqlScript.LoadAll();
        string roles = scripts.Single(script => script.Kind == SqlScriptKind.Security).Text;
        string[] helpers =
        [
            .. scripts.SelectMany(script => Exec().Matches(script.Text).Select(match => match.Groups[1].Value)).Distinct(),
        ];
        Assert.Equal(
            [],
            scripts.Where(script => script.Kind == SqlScriptKind.Module && script.ObjectName.StartsWith("sp_", StringComparison.Ordinal))
                .Select(script => script.ObjectName)
                .Where(name => !helpers.Contains(name) && !roles.Contains($"GRANT EXECUTE ON dbo.{name} TO ", StringComparison.Ordinal)));
        Assert.DoesNotContain("db_owner", roles.Replace("needs db_owner", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_with_a_tenant_is_isolated_by_filter_and_block_predicates()
    {
        IReadOnlyList<SqlScript> scripts = SqlScript.LoadAll();
        string policy = scripts.Single(script => script.Name == SqlServerSchema.RowLevelSecurity).Text;
        string[] tables =
        [
            .. scripts.Where(script => script.Kind == SqlScriptKind.Migration).SelectMany(script => script.Batches())
                .Select(batch => Table().Match(batch)).Where(match => match.Success && match.Groups[2].Value.Contains(" TenantId ", StringComparison.Ordinal))
                .Select(match => match.Groups[1].Value).Where(table => table != "Tenants"),
        ];

        Assert.Contains("TensorFactors", tables);
        Assert.All(tables, table =>
        {
            Assert.Contains($"ADD FILTER PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.{table},", policy, StringComparison.Ordinal);
            foreach (string when in (string[])["AFTER INSERT", "AFTER UPDATE", "BEFORE UPDATE", "BEFORE DELETE"])
            {
                Assert.Contains($"ADD BLOCK PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.{table} {when}", policy, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void Nothing_merges_and_lines_are_not_too_long() => Assert.All(SqlScript.LoadAll(), script =>
    {
        Assert.DoesNotMatch(@"(?im)^\s*MERGE\b", script.Text);
        Assert.All(script.Text.Split('\n'), line => Assert.InRange(line.Length, 0, 160));
    });

    [GeneratedRegex(@"EXEC dbo\.(\w+)")]
    private static partial Regex Exec();

    [GeneratedRegex(@"CREATE TABLE dbo\.(\w+) \((.*)", RegexOptions.Singleline)]
    private static partial Regex Table();
}
