using Hartonomous.Core.Storage.SqlServer;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Support;

/// <summary>
/// The server that <c>HARTONOMOUS_TEST_SQLSERVER</c> names by a connection string. Its login has to be able to create databases; every test gets
/// one of its own and drops it.
/// </summary>
internal sealed class TestServer : IDisposable
{
    private const string Variable = "HARTONOMOUS_TEST_SQLSERVER";

    private readonly string _database = $"hart_test_{Guid.NewGuid():N}"[..22];

    private TestServer() => Run($"CREATE DATABASE {_database}");

    /// <summary>Why there is no server; null where there is one.</summary>
    public static string? WhyNot =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? $"{Variable} names no server." : null;

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

    /// <summary>One value from the database.</summary>
    public object? Scalar(string sql)
    {
        using SqlConnection connection = new(ConnectionString(_database));
        connection.Open();
        using SqlCommand command = new(sql, connection);
        return command.ExecuteScalar();
    }

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

    private static void Run(string sql, string database = "master")
    {
        using SqlConnection connection = new(ConnectionString(database));
        connection.Open();
        using SqlCommand command = new(sql, connection) { CommandTimeout = 300 };
        command.ExecuteNonQuery();
    }
}
