using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Hartonomous.Core.Storage.SqlServer;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Support;

/// <summary>
/// A database on the server that <c>HARTONOMOUS_TEST_SQLSERVER</c> names by a connection string, dropped in the end. The login has to be able to
/// create databases.
/// </summary>
internal sealed class TestServer : IDisposable
{
    private const string Variable = "HARTONOMOUS_TEST_SQLSERVER";

    private static readonly ConcurrentDictionary<string, string?> Reasons = new();

    private readonly string _database = $"hart_test_{Guid.NewGuid():N}"[..22];

    private string? _deletions;

    private TestServer() => Run($"CREATE DATABASE {_database}");

    /// <summary>Why there is no server, or none that has a feature of the schema; null where there is one.</summary>
    public static string? WhyNot(string? feature) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? $"{Variable} names no server."
        : feature is null ? null
        : Reasons.GetOrAdd(feature, Probe);

    /// <summary>The database's name.</summary>
    public string Database => _database;

    /// <summary>How the database is reached.</summary>
    public SqlServerOptions Options => SqlServerOptions.Parse(ConnectionString(_database));

    /// <summary>A connection string for another database, or with other settings.</summary>
    public static string ConnectionString(string database) => Builder(database).ConnectionString;

    /// <summary>The settings of the connection string, for a database.</summary>
    public static SqlConnectionStringBuilder Builder(string database) =>
        new(Environment.GetEnvironmentVariable(Variable)!) { InitialCatalog = database };

    /// <summary>A new database without a store.</summary>
    public static TestServer Create() => new();

    /// <summary>A new database with the schema.</summary>
    public static TestServer CreateWithSchema()
    {
        TestServer server = new();
        new SqlServerSchema(server.Options).Update();
        return server;
    }

    /// <summary>Runs a statement in the database.</summary>
    public void Execute(string sql) => Run(sql, _database);

    /// <summary>The rows of a query, all values as text.</summary>
    public List<string[]> Rows(string sql)
    {
        using SqlConnection connection = new(ConnectionString(_database));
        connection.Open();
        using SqlCommand command = new(sql, connection);
        using SqlDataReader reader = command.ExecuteReader();
        List<string[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!)]);
        }

        return rows;
    }

    /// <summary>One value from the database.</summary>
    public object? Scalar(string sql)
    {
        using SqlConnection connection = new(ConnectionString(_database));
        connection.Open();
        using SqlCommand command = new(sql, connection);
        return command.ExecuteScalar();
    }

    /// <summary>Deletes the rows of all tables, so that they hold what the schema's scripts put there and no more.</summary>
    public void Empty() => Execute(_deletions ??= Deletions());

    public void Dispose()
    {
        SqlConnection.ClearAllPools();
        try
        {
            Run($"DROP DATABASE {_database}");
        }
        catch (SqlException)
        {
            // A connection of another test is just being closed; the server's owner sweeps up hart_test_*.
        }
    }

    private static string? Probe(string feature)
    {
        using SqlConnection connection = new(ConnectionString("master"));
        connection.Open();
        ServerTraits traits = ServerTraits.Read(connection);
        return traits.Lacks(feature) is { } reason ? $"No {feature} on {traits.Version}: {reason}." : null;
    }

    /// <summary>Those who refer to others first. History cannot be deleted, and Numbers, SchemaVersions and SpatialState are the schema's own.</summary>
    private string Deletions()
    {
        List<string> tables =
        [
            .. Rows("SELECT name FROM sys.tables WHERE schema_id = SCHEMA_ID(N'dbo') AND temporal_type <> 1")
                .Select(row => row[0].ToUpperInvariant()).Except(["NUMBERS", "SCHEMAVERSIONS", "SPATIALSTATE", "TENANTS"]).Order(),
        ];
        List<(string Child, string Parent)> keys =
        [
            .. Rows("SELECT OBJECT_NAME(parent_object_id), OBJECT_NAME(referenced_object_id) FROM sys.foreign_keys")
                .Select(row => (row[0].ToUpperInvariant(), row[1].ToUpperInvariant())).Where(key => key.Item1 != key.Item2),
        ];
        StringBuilder sql = new();
        while (tables.Count > 0)
        {
            string next = tables.First(table => !keys.Exists(key => key.Parent == table && tables.Contains(key.Child)));
            tables.Remove(next);
            sql.AppendLine(CultureInfo.InvariantCulture, $"DELETE FROM dbo.{next};");
        }

        return sql.Append(
            """
            DELETE FROM dbo.Tenants WHERE Name <> N'default';
            UPDATE dbo.Tenants SET Description = NULL, MaxAtoms = NULL, MaxBytes = NULL, AtomCount = 0, ByteCount = 0, LastIngestedAt = NULL;
            """).ToString();
    }

    private static void Run(string sql, string database = "master")
    {
        using SqlConnection connection = new(ConnectionString(database));
        connection.Open();
        using SqlCommand command = new(sql, connection) { CommandTimeout = 300 };
        command.ExecuteNonQuery();
    }
}
