using Hartonomous.Core.Spatial.Curves;

namespace Hartonomous.Core.Spatial.Projections;

/// <summary>
/// The box [-100, 100]³ as a curve's grid: 2^21 cells an axis (2^31 in two dimensions), the upper wall in the last cell.
/// </summary>
public static class SpatialGrid
{
    /// <summary>The cell of a coordinate; coordinates beyond the box go to its wall.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The coordinate is not a number.</exception>
    public static uint ToCell(double coordinate, SpaceFillingCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        if (double.IsNaN(coordinate))
        {
            throw new ArgumentOutOfRangeException(nameof(coordinate), coordinate, "A coordinate that is not a number has no cell.");
        }

        double cells = curve.MaxCoordinate + 1.0;
        double cell = Math.Floor((coordinate + ProjectionConfig.HalfEdge) * (cells / (2 * ProjectionConfig.HalfEdge)));
        return (uint)Math.Clamp(cell, 0, curve.MaxCoordinate);
    }

    /// <summary>The coordinate in the middle of a cell.</summary>
    public static double ToCoordinate(uint cell, SpaceFillingCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return ((cell + 0.5) * (2.0 * ProjectionConfig.HalfEdge / (curve.MaxCoordinate + 1.0))) - ProjectionConfig.HalfEdge;
    }

    /// <summary>The key of a point on a curve; curves of two dimensions leave out z.</summary>
    public static long ToKey(SpatialPoint point, SpaceFillingCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);
        return curve.Encode(ToCell(point.X, curve), ToCell(point.Y, curve), curve.Axes == 3 ? ToCell(point.Z, curve) : 0);
    }

    /// <summary>The keys of many points.</summary>
    /// <param name="points">The points.</param>
    /// <param name="curve">The curve.</param>
    /// <param name="keys">Takes the keys; as long.</param>
    public static void ToKeys(ReadOnlySpan<SpatialPoint> points, SpaceFillingCurve curve, Span<long> keys)
    {
        ArgumentNullException.ThrowIfNull(curve);
        uint[] x = new uint[points.Length];
        uint[] y = new uint[points.Length];
        uint[] z = new uint[curve.Axes == 3 ? points.Length : 0];
        for (int i = 0; i < points.Length; i++)
        {
            x[i] = ToCell(points[i].X, curve);
            y[i] = ToCell(points[i].Y, curve);
            if (z.Length > 0)
            {
                z[i] = ToCell(points[i].Z, curve);
            }
        }

        curve.Encode(x, y, z, keys);
    }

    /// <summary>The grid cells that hold every point of the box within a distance of a point.</summary>
    /// <param name="center">The point.</param>
    /// <param name="radius">The distance in units of the box.</param>
    /// <param name="curve">The curve whose grid is meant.</param>
    public static GridBall ToBall(SpatialPoint center, double radius, SpaceFillingCurve curve)
    {
        ArgumentNullException.ThrowIfNull(curve);

        // A cell stands for its points: each end of the distance is off by less than the diagonal of a cell.
        double cells = radius * (curve.MaxCoordinate + 1.0) / (2 * ProjectionConfig.HalfEdge);
        return new GridBall(
            (ToCell(center.X, curve), ToCell(center.Y, curve), curve.Axes == 3 ? ToCell(center.Z, curve) : 0), cells + Math.Sqrt(curve.Axes));
    }
}
