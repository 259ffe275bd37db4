using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using SQLitePCL;

namespace Hartonomous.Core.Storage.Embedded;

/// <summary>Ranges of a curve's keys on the database's B-tree.</summary>
internal sealed class StoredCurveIndex(
    StoreDatabase database,
    long projectionId,
    long[] embeddingIds,
    string column,
    IndexStrategy strategy,
    SpaceFillingCurve curve,
    ISketchSource source,
    SketchProjection projection,
    PointSet points)
    : RingIndex(strategy, source, projection, points, curve.Axes)
{
    private readonly string _sql = $"SELECT EmbeddingId FROM SpatialKeys WHERE ProjectionConfigId = ?1 AND {column} BETWEEN ?2 AND ?3";

    /// <inheritdoc/>
    private protected override void Find(SpatialPoint center, double radius, List<int> found)
    {
        using Microsoft.Data.Sqlite.SqliteConnection connection = database.Connect();
        using SqliteStatement statement = new(connection, _sql);
        statement.Bind(1, projectionId);
        foreach (KeyRange range in curve.ToIntervals(SpatialGrid.ToBall(center, radius, curve), CurveIndex.Ranges))
        {
            statement.Bind(2, range.First);
            statement.Bind(3, range.Last);
            while (statement.Step())
            {
                // A key of another level, or of after the catalog was read, has no ordinal.
                int ordinal = Array.BinarySearch(embeddingIds, raw.sqlite3_column_int64(statement.Handle, 0));
                if (ordinal >= 0)
                {
                    found.Add(ordinal);
                }
            }

            statement.Reset();
        }
    }
}
