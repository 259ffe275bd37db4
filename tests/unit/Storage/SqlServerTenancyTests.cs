using System.Text.RegularExpressions;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Cli;

namespace Hartonomous.Tests.Storage;

/// <summary>That nothing reaches tables of tenants without saying whose rows it means. Held against the scripts and sources, without a server.</summary>
public partial class SqlServerTenancyTests
{
    private static readonly IReadOnlyList<SqlScript> Scripts = SqlScript.LoadAll();

    private static string[] TenantTables =>
    [
        .. Scripts.Where(script => script.Kind == SqlScriptKind.Migration)
            .SelectMany(script => Tables().Matches(script.Text))
            .Where(table => TenantColumn().IsMatch(table.Groups[2].Value))
            .Select(table => table.Groups[1].Value),
    ];

    [Fact]
    public void Every_table_with_a_tenant_has_all_predicates_of_the_policy()
    {
        string policy = Scripts.Single(script => script.Name == SqlServerSchema.RowLevelSecurity).Text;
        string[] tables = TenantTables;
        Assert.Superset(
            new HashSet<string> { "Tenants", "Models", "ModelFiles", "TensorAtoms", "TenantAtoms", "IngestionJobs", "IngestionJobTensors" },
            new HashSet<string>(tables));

        // Names of tenants are found before it is known whose the connection is: they are not hidden.
        const string Predicate = "PREDICATE dbo.fn_TenantPredicate(TenantId) ON dbo.";
        string[] wanted =
        [
            .. tables.Where(table => table != "Tenants").Select(table => $"ADD FILTER {Predicate}{table}"),
            .. tables.SelectMany(_ => (string[])["AFTER INSERT", "AFTER UPDATE", "BEFORE UPDATE", "BEFORE DELETE"],
                (table, when) => $"ADD BLOCK {Predicate}{table} {when}"),
        ];

        string[] given = [.. policy.Split('\n').Select(line => line.Trim().TrimEnd(',')).Where(line => line.StartsWith("ADD ", StringComparison.Ordinal))];
        Assert.Equal(wanted.Order(StringComparer.Ordinal), given.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_later_script_gives_a_table_a_tenant_that_the_policy_does_not_know() =>
        Assert.All(Scripts, script => Assert.DoesNotMatch(@"(?is)ALTER\s+TABLE\s+dbo\.\w+\s+ADD[^;]*\bTenantId\b", script.Text));

    [Fact]
    public void Procedures_for_readers_and_importers_take_a_tenant_or_the_lease_of_a_job()
    {
        string roles = Scripts.Single(script => script.Kind == SqlScriptKind.Security).Text;
        Regex tables = new($@"\bdbo\.({string.Join('|', TenantTables)})\b");
        string[] open =
        [
            .. Scripts.Where(script => script.Kind == SqlScriptKind.Module && script.ObjectName.StartsWith("sp_", StringComparison.Ordinal))
                .Where(script => tables.IsMatch(script.Text))
                .Where(script => Regex.IsMatch(roles, $@"GRANT EXECUTE ON dbo\.{script.ObjectName} TO hart_(reader|ingest)"))
                .Where(script => script.Text[..script.Text.IndexOf("\nAS\n", StringComparison.Ordinal)] is var head
                    && !head.Contains("    @TenantId bigint", StringComparison.Ordinal) && !head.Contains("    @LeaseId", StringComparison.Ordinal))
                .Select(script => script.ObjectName),
        ];

        // It finds a tenant by its name: whoever may connect may know them.
        Assert.Equal(["sp_FindTenant"], open);
    }

    [Fact]
    public void Contents_and_removals_of_all_tenants_are_for_admins()
    {
        string[] guarded =
        [
            .. Scripts.Where(script => Guard().IsMatch(script.Text)).Select(script => script.ObjectName),
        ];
        Assert.Superset(
            new HashSet<string>
            {
                "sp_GetAtomParts", "sp_ReadPayloads", "sp_GetRecipe", "sp_FindSimilarAtoms", "sp_RemoveModel", "sp_StopJob", "sp_ResetJob", "sp_CloseJob",
            },
            new HashSet<string>(guarded));
    }

    [Fact]
    public void Every_statement_of_the_store_on_tables_of_tenants_says_whose_rows_it_means()
    {
        Regex tables = new($@"\bdbo\.({string.Join('|', TenantTables)})\b");
        string[] statements =
        [
            .. RepositoryFiles.Sources("Hartonomous.Core/Storage/SqlServer")
                .Where(file => Path.GetFileName(file) is not ("ServerCheck.cs" or "ServerRepair.cs")) // of the whole store
                .SelectMany(file => Literals().Matches(File.ReadAllText(file)).Select(literal => literal.Value))
                .Where(sql => tables.IsMatch(sql)),
        ];

        Assert.InRange(statements.Length, 5, 1000);
        Assert.All(statements, sql => Assert.Matches(@"TenantId|\bSketchReach\.Condition\b", sql)); // which names the tenant
    }

    [GeneratedRegex(@"CREATE TABLE dbo\.(\w+) \((.*?)\n\);", RegexOptions.Singleline)]
    private static partial Regex Tables();

    [GeneratedRegex(@"^\s+TenantId\s", RegexOptions.Multiline)]
    private static partial Regex TenantColumn();

    [GeneratedRegex(@"IF @TenantId IS NULL AND (@IsOwned = 0 AND )?dbo\.fn_IsStoreAdmin\(\) = 0\s+THROW 51000, N'STORE_PERMISSION")]
    private static partial Regex Guard();

    [GeneratedRegex("\"\"\".*?\"\"\"|\"(?:[^\"\\\\\\n]|\\\\.)*\"", RegexOptions.Singleline)]
    private static partial Regex Literals();
}
