using Dapper;
using Microsoft.Data.Sqlite;

namespace Hartonomous.Core.Storage.Embedded.Maintenance;

/// <summary>
/// Copies what can be read of a damaged database into a new one of the same schema: each table from its first row on until a page cannot be
/// read, then from its last row back.
/// </summary>
internal static class DatabaseSalvage
{
    /// <summary>Tables that can be made again from the contents: sketches, keys and their R*Tree.</summary>
    private const string Derived = "'SketchConfig', 'ProjectionConfig', 'AtomEmbeddings', 'EmbeddingSketches', 'SpatialKeys', 'SpatialState'";

    /// <summary>Copies the rows. Foreign keys are not held meanwhile: what refers to lost rows is for the caller to remove.</summary>
    /// <param name="damaged">Path of the damaged database.</param>
    /// <param name="connection">The new database.</param>
    /// <returns>How many rows came over; 0 where the file is no database any more.</returns>
    public static long Copy(string damaged, SqliteConnection connection)
    {
        using SqliteConnection source = new(new SqliteConnectionStringBuilder { DataSource = damaged, Pooling = false }.ToString());
        try
        {
            source.Open();
            long rows = 0;
            foreach (string table in connection.Query<string>(
                $"""
                 SELECT name FROM sqlite_master
                 WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'SchemaVersions' AND name NOT IN ({Derived}) AND name NOT LIKE 'SpatialTree%'
                 ORDER BY rowid
                 """).AsList())
            {
                string[] key = [.. connection.Query<string>($"SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk")];
                rows += CopyTable(source, connection, table, string.Join(", ", key));
                rows += CopyTable(source, connection, table, string.Join(", ", key.Select(column => column + " DESC")));
            }

            return rows;
        }
        catch (SqliteException)
        {
            return 0;
        }
    }

    private static long CopyTable(SqliteConnection source, SqliteConnection target, string table, string order)
    {
        long rows = 0;
        try
        {
            using SqliteCommand read = source.CreateCommand();
            read.CommandText = $"SELECT * FROM {table} ORDER BY {order}";
            using SqliteDataReader reader = read.ExecuteReader();
            string[] columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
            using SqliteCommand write = target.CreateCommand();
            write.CommandText =
                $"INSERT OR IGNORE INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select((_, i) => $"$p{i}"))})";
            foreach (int i in Enumerable.Range(0, columns.Length))
            {
                write.Parameters.Add(new SqliteParameter { ParameterName = $"$p{i}" });
            }

            while (reader.Read())
            {
                for (int i = 0; i < columns.Length; i++)
                {
                    write.Parameters[i].Value = reader.GetValue(i);
                }

                rows += write.ExecuteNonQuery();
            }
        }
        catch (SqliteException)
        {
            // Here the damage begins, or a table is missing: what was read so far is kept.
        }

        return rows;
    }
}
