using System.Collections.Concurrent;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>One prepared query on as many connections as threads use it at once.</summary>
internal sealed class StatementPool(StoreDatabase database, string sql) : IDisposable
{
    // Pages come from the file's mapping rather than by a call each; SQLite maps 2 GiB at most and reads the rest.
    private const long MappedBytes = 0x7fff0000;

    private readonly ConcurrentBag<Entry> _idle = [];
    private bool _isDisposed;

    /// <summary>Runs the query; the statement is reset afterwards.</summary>
    public T Use<T>(Func<SqliteStatement, T> use)
    {
        Entry entry = Take();
        try
        {
            return use(entry.Statement);
        }
        finally
        {
            Return(entry);
        }
    }

    /// <summary>Takes a statement, to be given to <see cref="Return"/>.</summary>
    public Entry Take()
    {
        if (_idle.TryTake(out Entry? entry))
        {
            return entry;
        }

        SqliteConnection connection = database.Connect();
        try
        {
            connection.Execute($"PRAGMA mmap_size = {MappedBytes}");
            return new Entry(connection, new SqliteStatement(connection, sql));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Gives a statement back.</summary>
    public void Return(Entry entry)
    {
        entry.Statement.Reset();
        _idle.Add(entry);
        if (Volatile.Read(ref _isDisposed))
        {
            Drain();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _isDisposed, true);
        Drain();
    }

    private void Drain()
    {
        while (_idle.TryTake(out Entry? entry))
        {
            entry.Statement.Dispose();
            entry.Connection.Dispose();
        }
    }

    /// <summary>A connection and its statement.</summary>
    internal sealed record Entry(SqliteConnection Connection, SqliteStatement Statement);
}
