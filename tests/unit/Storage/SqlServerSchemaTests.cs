using Hartonomous.Core.Atoms.Verification;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.SqlServer;
using Hartonomous.Tests.Support;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Storage;

/// <summary>How a database gets its schema, keeps it, and is refused where it has another.</summary>
[RequiresSqlServer]
public sealed class SqlServerSchemaTests : IDisposable
{
    private readonly TestServer _server = TestServer.Create();

    public void Dispose() => _server.Dispose();

    [Fact]
    public void An_empty_database_holds_no_store_until_the_schema_is_made()
    {
        Assert.Equal(StoreErrorCodes.StoreNotFound, Assert.Throws<StoreException>(() => SqlServerStore.Open(_server.Options)).Code);
        SqlServerSchema schema = new(_server.Options);
        Assert.False(SqlServerSchema.IsUpToDate(schema.GetStatus()));

        List<string> applied = [];
        IReadOnlyList<SchemaScript> status = schema.Update(applied: script => applied.Add(script.Name));

        Assert.True(SqlServerSchema.IsUpToDate(status));
        Assert.Equal(status.Where(script => script.State == SchemaScriptState.Applied).Select(script => script.Name), applied.Order(Comparer(status)));
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        Assert.Empty(store.ListModels());
    }

    [Fact]
    public void Asking_what_an_update_would_do_does_nothing()
    {
        string before = Describe();

        IReadOnlyList<SchemaScript> status = new SqlServerSchema(_server.Options).GetStatus();

        Assert.All(status.Where(script => script.Kind != SqlScriptKind.Feature), script => Assert.Equal(SchemaScriptState.Missing, script.State));
        Assert.Equal(before, Describe());
        Assert.Equal(0, Convert.ToInt32(_server.Scalar("SELECT COUNT(*) FROM sys.tables"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_feature_that_the_server_lacks_or_refuses_is_reported_and_the_store_works_without()
    {
        SqlServerSchema schema = new(_server.Options);

        IReadOnlyList<SchemaScript> features = [.. schema.Update().Where(script => script.Kind == SqlScriptKind.Feature)];

        Assert.NotEmpty(features);
        Assert.All(features, script => Assert.True(
            script.State == SchemaScriptState.Applied
            || (script.State is SchemaScriptState.Unsupported or SchemaScriptState.Refused or SchemaScriptState.Optional && script.Detail?.Length > 10),
            script.ToString()));
        using SqlServerStore store = SqlServerStore.Open(_server.Options);
        Assert.Equal([], new StoreVerifier(store).Verify(full: true).Findings);
    }

    [Fact]
    public void A_second_update_changes_nothing()
    {
        SqlServerSchema schema = new(_server.Options);
        schema.Update();
        string before = Describe();

        List<string> applied = [];
        schema.Update(applied: script => applied.Add(script.Name));

        Assert.Empty(applied);
        Assert.Equal(before, Describe());
    }

    [Fact]
    public void Every_script_but_the_tables_can_be_applied_again()
    {
        SqlServerSchema schema = new(_server.Options);
        schema.Update();
        string before = Describe();
        _server.Execute("UPDATE dbo.SchemaVersions SET Checksum = N'older' WHERE Kind <> N'Migration'");
        Assert.Equal(StoreErrorCodes.StoreTooOld, Assert.Throws<StoreException>(() => SqlServerStore.Open(_server.Options)).Code);

        schema.Update();

        Assert.True(SqlServerSchema.IsUpToDate(schema.GetStatus()));
        Assert.Equal(before, Describe());
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused()
    {
        SqlServerSchema schema = new(_server.Options);
        schema.Update();
        _server.Execute(
            "INSERT INTO dbo.SchemaVersions (ScriptName, Kind, Checksum, ProductVersion, DurationMs) " +
            "VALUES (N'Migrations/9999_later.sql', N'Migration', N'x', N'99.0.0', 1)");

        Assert.Equal(StoreErrorCodes.StoreTooNew, Assert.Throws<StoreException>(() => SqlServerStore.Open(_server.Options)).Code);
        Assert.Equal(StoreErrorCodes.StoreTooNew, Assert.Throws<StoreException>(() => schema.Update()).Code);
    }

    [Fact]
    public void A_database_whose_tables_another_script_made_is_refused()
    {
        SqlServerSchema schema = new(_server.Options);
        schema.Update();
        _server.Execute("UPDATE dbo.SchemaVersions SET Checksum = N'other' WHERE ScriptName = N'Migrations/0001_tables.sql'");

        Assert.Equal(StoreErrorCodes.StoreSchemaChanged, Assert.Throws<StoreException>(() => SqlServerStore.Open(_server.Options)).Code);
        Assert.Equal(StoreErrorCodes.StoreSchemaChanged, Assert.Throws<StoreException>(() => schema.Update()).Code);
    }

    [Fact]
    public void Several_processes_make_the_schema_at_once_and_it_is_made_once()
    {
        Parallel.For(0, 4, _ => new SqlServerSchema(_server.Options).Update());

        Assert.True(SqlServerSchema.IsUpToDate(new SqlServerSchema(_server.Options).GetStatus()));
        Assert.Equal(1, Convert.ToInt32(_server.Scalar("SELECT COUNT(*) FROM dbo.Tenants"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_wrong_password_and_an_absent_database_have_errors_of_their_own()
    {
        SqlConnectionStringBuilder wrong = TestServer.Builder(_server.Database);
        wrong.Password = "not-the-password";
        StoreException login = Assert.Throws<StoreException>(() => SqlServerStore.Open(SqlServerOptions.Parse(wrong.ConnectionString)));
        Assert.Equal(StoreErrorCodes.ServerLogin, login.Code);
        Assert.DoesNotContain("not-the-password", login.ToString(), StringComparison.Ordinal);

        SqlServerOptions absent = SqlServerOptions.Parse(TestServer.ConnectionString("hart_absent"));
        Assert.Equal(StoreErrorCodes.ServerDatabase, Assert.Throws<StoreException>(() => SqlServerStore.Open(absent)).Code);
    }

    private string Describe() => (string)_server.Scalar(
        """
        SELECT COALESCE(STRING_AGG(CAST(t.Line AS nvarchar(max)), N';') WITHIN GROUP (ORDER BY t.Line), N'')
        FROM (
            SELECT CONCAT(o.type, N' ', o.name) AS Line FROM sys.objects o WHERE o.schema_id = SCHEMA_ID(N'dbo') AND o.type IN ('U', 'P', 'V', 'FN', 'IF')
            UNION ALL
            SELECT CONCAT(N'C ', OBJECT_NAME(c.object_id), N'.', c.name) FROM sys.columns c JOIN sys.tables u ON u.object_id = c.object_id
            UNION ALL
            SELECT CONCAT(N'I ', OBJECT_NAME(i.object_id), N'.', i.name) FROM sys.indexes i JOIN sys.tables u ON u.object_id = i.object_id) t
        """)!;

    private static Comparer<string> Comparer(IReadOnlyList<SchemaScript> status)
    {
        List<string> names = [.. status.Select(script => script.Name)];
        return Comparer<string>.Create((left, right) => names.IndexOf(left).CompareTo(names.IndexOf(right)));
    }
}
