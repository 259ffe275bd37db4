using System.Runtime.InteropServices;
using System.Text.Json;
using Dapper;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// Gives sketches to the server as vectors too, where it has that type. It makes none of bytes: they are sent as text, a batch a transaction.
/// </summary>
internal static class ServerVectors
{
    private const int Batch = 256;

    /// <summary>Fills in all that are missing.</summary>
    /// <param name="database">The database.</param>
    /// <param name="tenantId">Whose sketches; null for all.</param>
    /// <param name="advance">Told how many were filled in.</param>
    /// <param name="cancellation">Ends it after the current batch.</param>
    public static void Fill(SqlServerDatabase database, long? tenantId, Action<long>? advance, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            List<(long EmbeddingId, byte[] Sketch)> missing = database.Query<(long, byte[])>(
                tenantId, "dbo.sp_ListMissingVectors", new { TenantId = tenantId, Top = Batch });
            if (missing.Count == 0)
            {
                return;
            }

            string vectors = JsonSerializer.Serialize(missing.Select(
                row => new object[] { row.EmbeddingId, ServerVectorIndex.ToText(MemoryMarshal.Cast<byte, float>(row.Sketch)) }));
            database.Execute(tenantId, "dbo.sp_FillVectors", new { TenantId = tenantId, Vectors = new DbString { Value = vectors, Length = -1 } });
            advance?.Invoke(missing.Count);
        }
    }
}
