using System.Data;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Benchmarks.Server;

/// <summary>A file's bytes in and out of a table of blocks of 1 MiB, on one connection, without hashes, references or anything else.</summary>
internal sealed class PlainTransfer(string connectionString)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Makes the table anew.</summary>
    public void Reset()
    {
        using SqlConnection connection = Open();
        Execute(connection, "IF OBJECT_ID(N'dbo.BenchBlocks') IS NOT NULL DROP TABLE dbo.BenchBlocks");
        Execute(connection, "CREATE TABLE dbo.BenchBlocks (Id bigint NOT NULL PRIMARY KEY, Content varbinary(max) NOT NULL)");
    }

    /// <summary>One INSERT with parameters a block, in one transaction.</summary>
    public void Insert(string path)
    {
        using SqlConnection connection = Open();
        using SqlTransaction transaction = connection.BeginTransaction();
        using SqlCommand command = new("INSERT INTO dbo.BenchBlocks (Id, Content) VALUES (@Id, @Content)", connection, transaction);
        SqlParameter id = command.Parameters.Add("@Id", SqlDbType.BigInt);
        SqlParameter content = command.Parameters.Add("@Content", SqlDbType.VarBinary, -1);
        foreach ((long number, byte[] block) in Blocks(path))
        {
            (id.Value, content.Value) = (number, block);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>The client's bulk copy.</summary>
    public void BulkCopy(string path)
    {
        using SqlConnection connection = Open();
        using SqlBulkCopy bulk = new(connection) { DestinationTableName = "dbo.BenchBlocks", BulkCopyTimeout = 600, BatchSize = 64 };
        using DataTable table = new();
        table.Columns.Add("Id", typeof(long));
        table.Columns.Add("Content", typeof(byte[]));
        foreach ((long number, byte[] block) in Blocks(path))
        {
            table.Rows.Add(number, block);
            if (table.Rows.Count == 64)
            {
                bulk.WriteToServer(table);
                table.Clear();
            }
        }

        bulk.WriteToServer(table);
    }

    /// <summary>One SELECT of all blocks in order, written to a file.</summary>
    public void Select(string path)
    {
        using SqlConnection connection = Open();
        using SqlCommand command = new("SELECT Content FROM dbo.BenchBlocks ORDER BY Id", connection);
        using SqlDataReader reader = command.ExecuteReader(CommandBehavior.SequentialAccess);
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[BlockBytes];
        while (reader.Read())
        {
            long offset = 0;
            while (reader.GetBytes(0, offset, block, (int)offset, (int)(BlockBytes - offset)) is long read and > 0)
            {
                offset += read;
            }

            file.Write(block, 0, (int)offset);
        }
    }

    private static IEnumerable<(long Number, byte[] Block)> Blocks(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        for (long number = 0; ; number++)
        {
            byte[] block = new byte[BlockBytes];
            int length = file.ReadAtLeast(block, BlockBytes, throwOnEndOfStream: false);
            if (length == 0)
            {
                yield break;
            }

            yield return (number, length == BlockBytes ? block : block[..length]);
        }
    }

    private SqlConnection Open()
    {
        SqlConnection connection = new(connectionString);
        connection.Open();
        return connection;
    }

    private static void Execute(SqlConnection connection, string sql)
    {
        using SqlCommand command = new(sql, connection) { CommandTimeout = 600 };
        command.ExecuteNonQuery();
    }
}
