using Dapper;
using Microsoft.Data.Sqlite;
#if SQLCLIENT
using Microsoft.Data.SqlClient;
#endif

namespace Hartonomous.Conflicts;

/// <summary>What another module does with the libraries that it brought.</summary>
public static class Workload
{
    /// <summary>Uses each library, and says in which version.</summary>
    public static string Run()
    {
        SQLitePCL.Batteries_V2.Init();
        using SqliteConnection connection = new("Data Source=:memory:");
        connection.Open();
        string sqlite = connection.QuerySingle<string>("SELECT sqlite_version()");
        string used = $"Dapper {Version(typeof(SqlMapper))}, Microsoft.Data.Sqlite {Version(typeof(SqliteConnection))}, SQLite {sqlite}";
#if SQLCLIENT
        // Opening it shows that it is the build for this platform and not the stub, which throws before it looks for a server.
        using SqlConnection server = new("Server=tcp:127.0.0.1,1;Connect Timeout=1;User ID=nobody;Password=none");
        try
        {
            server.Open();
        }
        catch (SqlException error)
        {
            used += $", SqlClient {Version(typeof(SqlConnection))} ({error.Class})";
        }
#endif
        return used;
    }

    private static string Version(Type type) => type.Assembly.GetName().Version!.ToString(3);
}
