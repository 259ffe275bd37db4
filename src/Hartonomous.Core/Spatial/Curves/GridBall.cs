namespace Hartonomous.Core.Spatial.Curves;

/// <summary>The grid points within a distance of a centre, in two dimensions a disc (z is 0).</summary>
public sealed class GridBall : GridRegion
{
    /// <summary>Makes a ball.</summary>
    /// <param name="center">The centre; coordinates below 2^31.</param>
    /// <param name="radius">The radius in grid units; points at exactly this distance belong to the ball.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or not a number, or a coordinate is 2^31 or more.</exception>
    public GridBall((uint X, uint Y, uint Z) center, double radius)
    {
        if (!(radius >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(radius), radius, "A radius of 0 or more is expected.");
        }

        if ((center.X | center.Y | center.Z) > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(center), center, "Coordinates below 2^31 are expected.");
        }

        Center = center;
        Radius = radius;
    }

    /// <summary>The centre.</summary>
    public (uint X, uint Y, uint Z) Center { get; }

    /// <summary>The radius in grid units.</summary>
    public double Radius { get; }

    /// <inheritdoc/>
    public override bool Contains(uint x, uint y, uint z = 0) => Distance(Far(x, 0, Center.X), Far(y, 0, Center.Y), Far(z, 0, Center.Z)) <= Radius;

    /// <inheritdoc/>
    internal override Overlap Compare(uint x, uint y, uint z, uint last, int axes)
    {
        uint lastZ = axes == 3 ? last : 0;
        if (Distance(Near(x, last, Center.X), Near(y, last, Center.Y), Near(z, lastZ, Center.Z)) > Radius)
        {
            return Overlap.None;
        }

        return Distance(Far(x, last, Center.X), Far(y, last, Center.Y), Far(z, lastZ, Center.Z)) <= Radius ? Overlap.Whole : Overlap.Part;
    }

    // Rounding is monotone, so a nearer point never gets the larger distance: a cube that is dropped holds no point that Contains takes.
    private static double Distance(double x, double y, double z) => Math.Sqrt((x * x) + (y * y) + (z * z));

    private static double Near(uint low, uint last, uint center) => center < low ? low - center : center > low + last ? center - (low + last) : 0;

    private static double Far(uint low, uint last, uint center) => Math.Max(Math.Abs((double)low - center), Math.Abs((double)low + last - center));
}
