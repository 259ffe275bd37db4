using System.Data.Common;
using Hartonomous.Core.Storage;
using Hartonomous.Core.Storage.Embedded;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Tests.Support;

/// <summary>A store in a folder.</summary>
internal sealed class EmbeddedHome : StoreHome
{
    private readonly TempFolder _folder = new();

    /// <summary>The store's folder.</summary>
    public string Folder => Path.Combine(_folder.Root, "store");

    /// <summary>A connection to its database, past the store.</summary>
    public SqliteConnection Connect()
    {
        SqliteConnection connection = new($"Data Source={Path.Combine(Folder, "hart.db")};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <inheritdoc/>
    public override int Execute(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public override List<object[]> Rows(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DbDataReader reader = command.ExecuteReader();
        return ReadAll(reader);
    }

    /// <summary>All rows of a reader.</summary>
    internal static List<object[]> ReadAll(DbDataReader reader)
    {
        List<object[]> rows = [];
        while (reader.Read())
        {
            object[] row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    /// <inheritdoc/>
    protected override IPruningStore Open() => EmbeddedStore.OpenOrCreate(Folder);

    /// <inheritdoc/>
    protected override void CleanUp() => _folder.Dispose();
}
