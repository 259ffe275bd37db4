using System.Reflection;
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
        // The stub for other platforms throws as soon as one is made.
        using SqlConnection server = new("Server=tcp:127.0.0.1,1;User ID=nobody;Password=none");
        SqlConnection.ClearPool(server);
        used += $", SqlClient {Version(typeof(SqlConnection))} for {server.DataSource}";
#endif
        return used;
    }

    /// <summary>The version of the package; that of the assembly stays the same over many.</summary>
    private static string Version(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
