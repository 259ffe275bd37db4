using System.Data;
using System.Text;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// Rows on their way into a temporary table of a connection, for a procedure that takes its input from there. They go as parameters, many rows a
/// statement: bulk copy into temporary tables is not for every server.
/// </summary>
/// <param name="name">The table's name, with its <c>#</c>.</param>
/// <param name="columns">Its columns: name, T-SQL type, and how values are sent.</param>
internal sealed class BulkTable(string name, params (string Name, string Type, SqlDbType Sent)[] columns)
{
    /// <summary>Half of what a statement may have.</summary>
    private const int ParametersAtOnce = 1000;

    private const long BytesAtOnce = 16 << 20;

    private readonly List<object?[]> _rows = [];

    /// <summary>Adds a row; null is NULL.</summary>
    public void Add(params object?[] values) => _rows.Add(values);

    /// <summary>Makes the table on a connection and sends the rows.</summary>
    public void Send(SqlConnection connection)
    {
        using (SqlCommand create = connection.CreateCommand())
        {
            // The pool takes temporary tables away with a connection's other state, on most servers.
            string types = string.Join(", ", columns.Select(column => $"[{column.Name}] {column.Type}"));
            create.CommandText = $"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({types})";
            create.ExecuteNonQuery();
        }

        List<object?[]> batch = [];
        long bytes = 0;
        foreach (object?[] row in _rows)
        {
            long length = row.Sum(value => value is byte[] content ? content.LongLength : 0);
            if (batch.Count > 0 && (bytes + length > BytesAtOnce || (batch.Count + 1) * columns.Length > ParametersAtOnce))
            {
                Insert(connection, batch);
                batch.Clear();
                bytes = 0;
            }

            batch.Add(row);
            bytes += length;
        }

        if (batch.Count > 0)
        {
            Insert(connection, batch);
        }
    }

    private void Insert(SqlConnection connection, List<object?[]> rows)
    {
        using SqlCommand command = connection.CreateCommand();
        StringBuilder sql = new($"INSERT INTO {name} ({string.Join(", ", columns.Select(column => $"[{column.Name}]"))}) VALUES ");
        foreach ((int number, object?[] row) in rows.Index())
        {
            sql.Append(number == 0 ? "(" : ", (");
            for (int i = 0; i < columns.Length; i++)
            {
                string parameter = $"@p{(number * columns.Length) + i}";
                sql.Append(i == 0 ? string.Empty : ", ").Append(parameter);
                SqlDbType type = columns[i].Sent;
                SqlParameter added = type is SqlDbType.NVarChar or SqlDbType.VarBinary
                    ? command.Parameters.Add(parameter, type, -1)
                    : command.Parameters.Add(parameter, type);
                added.Value = row[i] ?? DBNull.Value;
            }

            sql.Append(')');
        }

        command.CommandText = sql.ToString();
        command.CommandTimeout = SqlServerDatabase.CommandSeconds;
        command.ExecuteNonQuery();
    }
}
