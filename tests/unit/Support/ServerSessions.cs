using System.Globalization;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Tests.Support;

/// <summary>What the server's owner can do to the connections of a database.</summary>
internal static class ServerSessions
{
    /// <summary>A proxy in front of the server, and the connection string that goes through it.</summary>
    public static (TcpProxy Proxy, SqlConnectionStringBuilder Through) Proxy(string database)
    {
        SqlConnectionStringBuilder builder = TestServer.Builder(database);
        string[] address = builder.DataSource.Replace("tcp:", string.Empty, StringComparison.OrdinalIgnoreCase).Split(',');
        TcpProxy proxy = new(address[0], address.Length == 1 ? 1433 : int.Parse(address[1], CultureInfo.InvariantCulture));
        builder.DataSource = $"127.0.0.1,{proxy.Port}";
        return (proxy, builder);
    }

    /// <summary>Ends every connection to a database but the one that says so, as a restart of the server does.</summary>
    /// <returns>How many were ended.</returns>
    public static int KillAll(string database)
    {
        using SqlConnection connection = new(TestServer.Builder(database).ConnectionString);
        connection.Open();
        List<int> sessions = [];
        using (SqlCommand command = new("SELECT session_id FROM sys.dm_exec_sessions WHERE database_id = DB_ID() AND session_id <> @@SPID", connection))
        using (SqlDataReader reader = command.ExecuteReader())
        {
            while (reader.Read())
            {
                sessions.Add(Convert.ToInt32(reader.GetValue(0), CultureInfo.InvariantCulture));
            }
        }

        int killed = 0;
        foreach (int session in sessions)
        {
            using SqlCommand command = new($"KILL {session}", connection);
            try
            {
                command.ExecuteNonQuery();
                killed++;
            }
            catch (SqlException)
            {
                // It has ended meanwhile.
            }
        }

        return killed;
    }
}
