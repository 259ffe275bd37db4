using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>A prepared statement by SQLite's own interface, for reads that run hundreds of thousands of times. For one thread at a time.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteConnection _connection;

    /// <summary>Prepares a statement; the connection has to outlive it.</summary>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _connection = connection;
        Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out sqlite3_stmt statement));
        Handle = statement;
    }

    /// <summary>The statement, for its columns.</summary>
    public sqlite3_stmt Handle { get; }

    /// <summary>Sets a parameter, numbered from 1.</summary>
    public void Bind(int parameter, long value) => Check(raw.sqlite3_bind_int64(Handle, parameter, value));

    /// <inheritdoc cref="Bind(int, long)"/>
    public void Bind(int parameter, double value) => Check(raw.sqlite3_bind_double(Handle, parameter, value));

    /// <inheritdoc cref="Bind(int, long)"/>
    public void Bind(int parameter, string value) => Check(raw.sqlite3_bind_text(Handle, parameter, value));

    /// <summary>Goes to the next row; false after the last.</summary>
    public bool Step()
    {
        int result = raw.sqlite3_step(Handle);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result != raw.SQLITE_DONE)
        {
            Check(result);
        }

        return false;
    }

    /// <summary>Makes the statement ready for its next run.</summary>
    public void Reset() => _ = raw.sqlite3_reset(Handle);

    /// <inheritdoc/>
    public void Dispose() => Handle.Dispose();

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _connection.Handle);
}
