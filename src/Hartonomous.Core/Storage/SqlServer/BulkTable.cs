using System.Data;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Rows on their way into a temporary table of a connection, for a procedure that takes its input from there.</summary>
/// <param name="name">The table's name, with its <c>#</c>.</param>
/// <param name="columns">Its columns: name, T-SQL type, and the type of the values.</param>
internal sealed class BulkTable(string name, params (string Name, string Type, Type Values)[] columns)
{
    private readonly DataTable _rows = Shape(columns);

    /// <summary>Adds a row; null is NULL.</summary>
    public void Add(params object?[] values) => _rows.Rows.Add(values);

    /// <summary>Makes the table on a connection and sends the rows.</summary>
    public void Send(SqlConnection connection)
    {
        using (SqlCommand create = connection.CreateCommand())
        {
            create.CommandText = $"CREATE TABLE {name} ({string.Join(", ", columns.Select(column => $"[{column.Name}] {column.Type}"))})";
            create.ExecuteNonQuery();
        }

        if (_rows.Rows.Count > 0)
        {
            using SqlBulkCopy copy = new(connection)
            {
                DestinationTableName = name,
                BulkCopyTimeout = SqlServerDatabase.CommandSeconds,
                EnableStreaming = true,
            };
            copy.WriteToServer(_rows);
        }
    }

    private static DataTable Shape((string Name, string Type, Type Values)[] columns)
    {
        DataTable table = new();
        foreach ((string name, string _, Type values) in columns)
        {
            table.Columns.Add(name, values);
        }

        return table;
    }
}
