using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Support;

/// <summary>A SQL login with a user in one database; goes away with the test.</summary>
internal sealed class TestLogin(string database) : IDisposable
{
    /// <summary>Its name.</summary>
    public string Name { get; } = $"hart_login_{Guid.NewGuid():N}"[..24];

    /// <summary>Its password.</summary>
    public string Password { get; } = $"Pw1-{Guid.NewGuid():N}";

    /// <summary>How it reaches the database.</summary>
    public SqlConnectionStringBuilder ConnectionString
    {
        get
        {
            SqlConnectionStringBuilder builder = TestServer.Builder(database);
            (builder.UserID, builder.Password) = (Name, Password);
            return builder;
        }
    }

    /// <summary>Makes login and user.</summary>
    public void Create(string? role)
    {
        Run("master", $"CREATE LOGIN {Name} WITH PASSWORD = '{Password}'");
        Run(database, $"CREATE USER {Name} FOR LOGIN {Name}");
        if (role is not null)
        {
            Run(database, $"ALTER ROLE {role} ADD MEMBER {Name}");
        }
    }

    public void Dispose()
    {
        using (SqlConnection pooled = new(ConnectionString.ConnectionString))
        {
            SqlConnection.ClearPool(pooled);
        }

        try
        {
            Run(database, $"DROP USER {Name}");
            Run("master", $"DROP LOGIN {Name}");
        }
        catch (SqlException)
        {
            // A connection of its own is just being closed; the server's owner sweeps up hart_login_*.
        }
    }

    private static void Run(string database, string sql)
    {
        using SqlConnection connection = new(TestServer.ConnectionString(database));
        connection.Open();
        using SqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }
}
