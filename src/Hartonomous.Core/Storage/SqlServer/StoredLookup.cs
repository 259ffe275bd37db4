using System.Data;
using Hartonomous.Core.Models;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Asks the server which hashes it has the content of, in batches.</summary>
internal static class StoredLookup
{
    private const int BatchSize = 8192;

    /// <summary>Those of the hashes that are stored.</summary>
    public static HashSet<ContentHash> Find(SqlServerDatabase database, long? tenantId, HashList hashes)
    {
        HashSet<ContentHash> found = [];
        if (hashes.Count == 0)
        {
            return found;
        }

        byte[] all = hashes.ToArray();
        database.Run(tenantId, connection =>
        {
            found.Clear();
            for (int start = 0; start < hashes.Count; start += BatchSize)
            {
                int count = Math.Min(BatchSize, hashes.Count - start);
                Find(connection, all.AsSpan(start * ContentHash.Size, count * ContentHash.Size), found);
            }
        });
        return found;
    }

    private static void Find(SqlConnection connection, ReadOnlySpan<byte> hashes, HashSet<ContentHash> found)
    {
        using SqlCommand command = connection.CreateCommand();
        command.CommandText = "dbo.sp_FindStored";
        command.CommandType = CommandType.StoredProcedure;
        command.CommandTimeout = SqlServerDatabase.CommandSeconds;
        ChunkMessage.AddBinary(command, "@Hashes", hashes.ToArray());
        command.Parameters.Add("@Count", SqlDbType.Int).Value = hashes.Length / ContentHash.Size;
        using SqlDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new ContentHash(hashes.Slice(reader.GetInt32(0) * ContentHash.Size, ContentHash.Size)));
        }
    }
}
