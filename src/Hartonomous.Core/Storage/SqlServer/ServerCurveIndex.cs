using System.Data;
using Dapper;
using Hartonomous.Core.Spatial.Curves;
using Hartonomous.Core.Spatial.Indexes;
using Hartonomous.Core.Spatial.Projections;
using Hartonomous.Core.Storage.Shared;

namespace Hartonomous.Core.Storage.SqlServer;

/// <summary>Ranges of a curve's keys on the server's B-tree, narrowed to the ball there.</summary>
internal sealed class ServerCurveIndex(
    SqlServerDatabase database, long? tenantId, int projectionId, SpatialLevel level, IndexStrategy strategy, SpaceFillingCurve curve, SketchCatalog catalog)
    : RingIndex(strategy, catalog.Sketches, catalog.Projection, catalog.Points, curve.Axes)
{
    /// <inheritdoc/>
    private protected override void Find(SpatialPoint center, double radius, List<int> found)
    {
        IEnumerable<string> ranges = curve.ToIntervals(SpatialGrid.ToBall(center, radius, curve), CurveIndex.Ranges)
            .Select(range => $"[{range.First},{range.Last}]");
        DynamicParameters parameters = new(new
        {
            TenantId = tenantId,
            ProjectionConfigId = projectionId,
            X = (double)center.X,
            Y = (double)center.Y,
            Z = (double)center.Z,
            Top = int.MaxValue,

            // The server's square root may round up where this program's rounds down.
            Radius = radius * (1 + 1e-9),
            Level = level.ToString(),
            Curve = Strategy.ToString(),
        });
        parameters.Add("Ranges", $"[{string.Join(',', ranges)}]", DbType.String, size: -1);
        foreach (long id in database.Query<long>(tenantId, "dbo.sp_FindSimilarAtoms", parameters))
        {
            // A key of after the catalog was read has no ordinal.
            int ordinal = Array.BinarySearch(catalog.EmbeddingIds, id);
            if (ordinal >= 0)
            {
                found.Add(ordinal);
            }
        }
    }
}
