using System.Data;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// A lock of the store's own on the server, held by a connection. Given back explicitly: a connection that merely goes back to the pool keeps it
/// until somebody uses the connection again.
/// </summary>
internal sealed class ApplicationLock : IDisposable
{
    private readonly SqlConnection _connection;
    private readonly string _name;

    private ApplicationLock(SqlConnection connection, string name)
    {
        _connection = connection;
        _name = name;
    }

    /// <summary>Takes a lock.</summary>
    /// <param name="connection">An open connection, which stays open as long as the lock is held.</param>
    /// <param name="name">The lock's name.</param>
    /// <param name="milliseconds">How long to wait for it.</param>
    /// <returns>The lock; null where another holds it.</returns>
    public static ApplicationLock? TryTake(SqlConnection connection, string name, int milliseconds)
    {
        DynamicParameters parameters = new(new { Resource = name, LockMode = "Exclusive", LockOwner = "Session", LockTimeout = milliseconds });
        parameters.Add("result", dbType: DbType.Int32, direction: ParameterDirection.ReturnValue);
        connection.Execute("sys.sp_getapplock", parameters, commandType: CommandType.StoredProcedure, commandTimeout: 0);
        return parameters.Get<int>("result") < 0 ? null : new ApplicationLock(connection, name);
    }

    public void Dispose()
    {
        try
        {
            _connection.Execute("EXEC sys.sp_releaseapplock @Resource = @_name, @LockOwner = 'Session'", new { _name });
        }
        catch (Exception error) when (error is SqlException or InvalidOperationException)
        {
            // The connection broke, and the lock went with it.
        }
    }
}
