namespace Hartonomous.Core.Spatial.Projections;

/// <summary>
/// Trilateration from landmarks at right angles to each other: their angular distances are all a half (angles over π), so they stand at the
/// corners of an equilateral triangle of edge 1/2, the first at the origin, the second on the x axis, the third above it.
/// </summary>
/// <remarks>
/// With distances d1, d2, d3 and edge e: x = (d1² - d2² + e²) / 2e, y = (d1² - d3² + e²) / √3 e - x / √3, z = √(d1² - x² - y²), the solution on the
/// side of positive z. Where the three spheres do not meet, the root's argument is negative and z is 0: the nearest point of the plane.
/// A sketch at right angles to all landmarks, and the zero sketch, have all distances 1/2: the tip of the regular tetrahedron, the box's centre.
/// </remarks>
internal static class Trilateration
{
    private const double Edge = 0.5;

    /// <summary>The tip of the tetrahedron.</summary>
    public static readonly (double X, double Y, double Z) Center = Solve(Edge, Edge, Edge);

    // Near the centre a change of the distances by d moves the point by U⁻¹ d, where U has the unit vectors from the landmarks to the point as rows;
    // they meet at 60 degrees. The cosines to the landmarks have variance 1/D, the distances 1/(π² D). So the variances are
    // 2/(π² D) along x and y (the eigenvalue 1/2 of U Uᵀ) and 1/(2 π² D) along z (the eigenvalue 2).

    /// <summary>Standard deviation of x and y over unrelated sketches, times √D.</summary>
    public static readonly double PlaneDeviation = Math.Sqrt(2) / Math.PI;

    /// <summary>Standard deviation of z over unrelated sketches, times √D.</summary>
    public static readonly double HeightDeviation = 1 / (Math.Sqrt(2) * Math.PI);

    /// <summary>The point at the given distances from the landmarks.</summary>
    public static (double X, double Y, double Z) Solve(double first, double second, double third)
    {
        double x = ((first * first) - (second * second) + (Edge * Edge)) / (2 * Edge);
        double y = (((first * first) - (third * third) + (Edge * Edge)) / (Math.Sqrt(3) * Edge)) - (x / Math.Sqrt(3));
        double square = (first * first) - (x * x) - (y * y);
        return (x, y, square > 0 ? Math.Sqrt(square) : 0);
    }

    /// <summary>
    /// The angle of a cosine, over π: 0 to 1. By polynomial 4.4.46 of Abramowitz and Stegun (error below 2e-8), as the arc cosine of the
    /// platform's library may differ in its last digit from machine to machine.
    /// </summary>
    public static double AngularDistance(double cosine)
    {
        double magnitude = Math.Min(1, Math.Abs(cosine));
        double p = -0.0012624911;
        p = (p * magnitude) + 0.0066700901;
        p = (p * magnitude) - 0.0170881256;
        p = (p * magnitude) + 0.0308918810;
        p = (p * magnitude) - 0.0501743046;
        p = (p * magnitude) + 0.0889789874;
        p = (p * magnitude) - 0.2145988016;
        p = (p * magnitude) + 1.5707963050;
        double angle = p * Math.Sqrt(1 - magnitude) / Math.PI;
        return cosine < 0 ? 1 - angle : angle;
    }
}
