using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>The database's R*Tree, and the keys that have not come into it yet.</summary>
internal sealed class StoredTreeIndex(
    StoreDatabase database, long projectionId, long[] embeddingIds, ISketchSource source, SketchProjection projection, PointSet points)
    : RingIndex(IndexStrategy.RTree, source, projection, points, 3)
{
    // The tree rounds its boxes outward, and so the search box holds all it should.
    private const string Sql =
        """
        SELECT KeyId / 256 FROM SpatialTree
        WHERE MinX <= ?2 + ?5 AND MaxX >= ?2 - ?5 AND MinY <= ?3 + ?5 AND MaxY >= ?3 - ?5 AND MinZ <= ?4 + ?5 AND MaxZ >= ?4 - ?5
              AND MinConfig <= ?1 AND MaxConfig >= ?1
        UNION ALL
        SELECT EmbeddingId FROM SpatialKeys WHERE ProjectionConfigId = ?1 AND IsInTree = 0
        """;

    /// <inheritdoc/>
    private protected override void Find(SpatialPoint center, double radius, List<int> found)
    {
        using SqliteConnection connection = database.Connect();
        using SqliteStatement statement = new(connection, Sql);
        statement.Bind(1, projectionId);
        statement.Bind(2, (double)center.X);
        statement.Bind(3, (double)center.Y);
        statement.Bind(4, (double)center.Z);
        statement.Bind(5, radius);
        while (statement.Step())
        {
            int ordinal = Array.BinarySearch(embeddingIds, raw.sqlite3_column_int64(statement.Handle, 0));
            if (ordinal >= 0)
            {
                found.Add(ordinal);
            }
        }
    }
}
