using System.Data;
using System.Globalization;
using System.Text;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Storage.Shared;
using Microsoft.Data.SqlClient;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>
/// Every sketch compared by the server itself, by <c>VECTOR_DISTANCE</c>, where it has them as vectors. While some are not there as vectors yet, they
/// are read and compared here.
/// </summary>
internal sealed class ServerVectorIndex(
    SqlServerDatabase database, long? tenantId, int projectionId, SpatialLevel level, SketchCatalog catalog)
    : NeighborIndex(IndexStrategy.Exact, catalog.Sketches, catalog.Projection, catalog.Points)
{
    /// <summary>Dimensions of the vectors; a column of that type has one number of them.</summary>
    public const int VectorDimension = 1998;

    private const int FirstRows = 64;
    private const int Growth = 4;

    private readonly ExactIndex _here = new(catalog.Sketches, catalog.Projection, catalog.Points);

    /// <inheritdoc/>
    private protected override Certainty Collect(ReadOnlySpan<float> sketch, NeighborQuery query, NeighborCollector collector)
    {
        string text = ToText(sketch);
        int asked = Math.Max(FirstRows, 2 * query.Top);
        int done = 0;
        int accepted = 0;
        while (true)
        {
            query.Cancellation.ThrowIfCancellationRequested();
            if (Ask(text, asked) is not { } rows)
            {
                // Only before the first answer: what was complete stays so for what the catalog holds.
                return done == 0 ? CompareHere(sketch, query, collector) : Certainty.StoppedEarly;
            }

            // The server ranks them all, whatever the filter; those that it leaves out are skipped here.
            foreach ((long id, double distance) in rows.Skip(done))
            {
                int ordinal = Array.BinarySearch(catalog.EmbeddingIds, id);
                if (ordinal >= 0 && collector.Accepts(ordinal))
                {
                    collector.Offer(ordinal, (float)(1 - distance));
                    accepted++;
                }
            }

            if (accepted >= query.Top || rows.Count < asked || 1 - rows[^1].Distance < collector.Threshold)
            {
                return Certainty.Certain;
            }

            done = rows.Count;
            asked = (int)Math.Min(int.MaxValue, (long)asked * Growth);
        }
    }

    /// <summary>A sketch as the server reads it.</summary>
    public static string ToText(ReadOnlySpan<float> sketch)
    {
        StringBuilder text = new("[", sketch.Length * 14);
        for (int i = 0; i < sketch.Length; i++)
        {
            text.Append(i == 0 ? string.Empty : ",").Append(sketch[i].ToString("R", CultureInfo.InvariantCulture));
        }

        return text.Append(']').ToString();
    }

    private Certainty CompareHere(ReadOnlySpan<float> sketch, NeighborQuery query, NeighborCollector collector) => _here.CollectAll(sketch, query, collector);

    // Null where not all sketches are there as vectors.
    private List<(long EmbeddingId, double Distance)>? Ask(string text, int top) => database.Run(tenantId, connection =>
    {
        using SqlCommand command = connection.CreateCommand();
        command.CommandText = "dbo.sp_FindSimilarVectors";
        command.CommandType = CommandType.StoredProcedure;
        command.CommandTimeout = SqlServerDatabase.CommandSeconds;
        command.Parameters.Add("@TenantId", SqlDbType.BigInt).Value = (object?)tenantId ?? DBNull.Value;
        command.Parameters.Add("@ProjectionConfigId", SqlDbType.Int).Value = projectionId;
        command.Parameters.Add("@Level", SqlDbType.NVarChar, 20).Value = level.ToString();
        command.Parameters.Add("@Sketch", SqlDbType.NVarChar, -1).Value = text;
        command.Parameters.Add("@Top", SqlDbType.Int).Value = top;
        using SqlDataReader reader = command.ExecuteReader();
        reader.Read();
        if (reader.GetInt32(0) == 0)
        {
            return null;
        }

        reader.NextResult();
        List<(long EmbeddingId, double Distance)> rows = [];
        while (reader.Read())
        {
            rows.Add((reader.GetInt64(0), reader.GetDouble(1)));
        }

        return rows;
    });
}
