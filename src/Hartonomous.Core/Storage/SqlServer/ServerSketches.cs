using System.Data;
using System.Runtime.InteropServices;
using Hartonomous.Core.Spatial.Indexes;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// Sketches on the server, fetched many at a time where a search says which it will want, and kept while there is room: those last used stay.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="tenantId">Whose sketches they are; null for all.</param>
/// <param name="embeddingIds">Their keys by ordinal.</param>
/// <param name="dimension">Their values.</param>
internal sealed class ServerSketches(SqlServerDatabase database, long? tenantId, long[] embeddingIds, int dimension) : ISketchSource
{
    private const int KeptBytes = 128 << 20;

    private readonly int _mostYoung = Math.Max(1024, KeptBytes / 2 / (dimension * sizeof(float)));
    private readonly Lock _gate = new();
    private Dictionary<int, float[]> _young = [];
    private Dictionary<int, float[]> _old = [];

    /// <inheritdoc/>
    public int Count => embeddingIds.Length;

    /// <inheritdoc/>
    public int Dimension => dimension;

    /// <inheritdoc/>
    public int Batch => 256;

    /// <inheritdoc/>
    public void Expect(ReadOnlySpan<int> ordinals)
    {
        List<int> missing = [];
        foreach (int ordinal in ordinals)
        {
            if (Find(ordinal) is null)
            {
                missing.Add(ordinal);
            }
        }

        if (missing.Count > 0)
        {
            Fetch(missing);
        }
    }

    /// <summary>A sketch; zero where it is zero, and where it is no longer there.</summary>
    public ReadOnlySpan<float> Read(int ordinal, Span<float> buffer)
    {
        if (Find(ordinal) is { } kept)
        {
            return kept;
        }

        // Unannounced: most likely all are gone through.
        Dictionary<int, float[]> fetched = Fetch([.. Enumerable.Range(ordinal, Math.Min(Batch, Count - ordinal))]);
        return fetched[ordinal];
    }

    private float[]? Find(int ordinal)
    {
        lock (_gate)
        {
            if (_young.TryGetValue(ordinal, out float[]? values))
            {
                return values;
            }

            if (_old.TryGetValue(ordinal, out values))
            {
                Keep(ordinal, values);
            }

            return values;
        }
    }

    private void Keep(int ordinal, float[] values)
    {
        if (_young.Count >= _mostYoung)
        {
            _old = _young;
            _young = [];
        }

        _young[ordinal] = values;
    }

    private Dictionary<int, float[]> Fetch(List<int> ordinals)
    {
        float[] zero = new float[dimension];
        Dictionary<int, float[]> fetched = ordinals.ToDictionary(ordinal => ordinal, _ => zero);
        database.Run(tenantId, connection => Fetch(connection, ordinals, fetched));
        lock (_gate)
        {
            foreach ((int ordinal, float[] values) in fetched)
            {
                Keep(ordinal, values);
            }
        }

        return fetched;
    }

    private void Fetch(SqlConnection connection, List<int> ordinals, Dictionary<int, float[]> fetched)
    {
        using SqlCommand command = connection.CreateCommand();
        command.CommandText = "dbo.sp_ReadSketches";
        command.CommandType = CommandType.StoredProcedure;
        command.CommandTimeout = SqlServerDatabase.CommandSeconds;
        command.Parameters.Add("@TenantId", SqlDbType.BigInt).Value = (object?)tenantId ?? DBNull.Value;
        command.Parameters.Add("@EmbeddingIds", SqlDbType.NVarChar, -1).Value = $"[{string.Join(',', ordinals.Select(ordinal => embeddingIds[ordinal]))}]";
        using SqlDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            byte[] bytes = reader.GetFieldValue<byte[]>(1);
            if (bytes.Length == dimension * sizeof(float))
            {
                fetched[Array.BinarySearch(embeddingIds, reader.GetInt64(0))] = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
            }
        }
    }
}
