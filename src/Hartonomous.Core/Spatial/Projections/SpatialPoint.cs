namespace Hartonomous.Core.Spatial.Projections;

/// <summary>A point of the box [-100, 100]³.</summary>
/// <param name="X">First coordinate.</param>
/// <param name="Y">Second coordinate.</param>
/// <param name="Z">Third coordinate.</param>
public readonly record struct SpatialPoint(float X, float Y, float Z)
{
    /// <summary>The Euclidean distance to another point, in the units of the box.</summary>
    public double DistanceTo(SpatialPoint other)
    {
        double x = (double)X - other.X;
        double y = (double)Y - other.Y;
        double z = (double)Z - other.Z;
        return Math.Sqrt((x * x) + (y * y) + (z * z));
    }
}
