using Hartonomous.Core.Storage.SqlServer;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Support;

/// <summary>A login of its own that is a user of a test's database, in a role or in none. Dropped in the end.</summary>
internal sealed class TestLogin : IDisposable
{
    private const string Password = "Probe-9-Login";

    private readonly TestServer _server;

    /// <summary>Makes it.</summary>
    public TestLogin(TestServer server, string? role)
    {
        _server = server;
        Name = $"hart_login_{Guid.NewGuid():N}"[..24];
        server.Execute($"CREATE LOGIN {Name} WITH PASSWORD = '{Password}'");
        server.Execute($"CREATE USER {Name} FOR LOGIN {Name}");
        if (role is not null)
        {
            server.Execute($"ALTER ROLE {role} ADD MEMBER {Name}");
        }

        SqlConnectionStringBuilder builder = TestServer.Builder(server.Database);
        builder.UserID = Name;
        builder.Password = Password;
        Options = SqlServerOptions.Parse(builder.ConnectionString);
    }

    /// <summary>The login's and the user's name.</summary>
    public string Name { get; }

    /// <summary>How the database is reached as this user.</summary>
    public SqlServerOptions Options { get; }

    /// <summary>Runs a statement as this user; gives its first value.</summary>
    public object? Scalar(string sql)
    {
        using SqlConnection connection = Options.NewConnection();
        connection.Open();
        using SqlCommand command = new(sql, connection);
        return command.ExecuteScalar();
    }

    public void Dispose()
    {
        SqlConnection.ClearAllPools();
        _server.Execute($"DROP USER {Name}");
        _server.Execute($"DROP LOGIN {Name}");
    }
}
