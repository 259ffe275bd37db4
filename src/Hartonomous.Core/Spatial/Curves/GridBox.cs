namespace Hartonomous.Core.Spatial.Curves;

/// <summary>A box of grid points, all ends included. For a curve of two dimensions both ends of z are 0.</summary>
public sealed class GridBox : GridRegion
{
    /// <summary>Makes a box.</summary>
    /// <exception cref="ArgumentException">A lower end exceeds its upper end.</exception>
    public GridBox((uint X, uint Y, uint Z) lowest, (uint X, uint Y, uint Z) highest)
    {
        if (lowest.X > highest.X || lowest.Y > highest.Y || lowest.Z > highest.Z)
        {
            throw new ArgumentException($"The box from {lowest} to {highest} is empty: a lower end exceeds its upper end.", nameof(highest));
        }

        Lowest = lowest;
        Highest = highest;
    }

    /// <summary>The lowest coordinates.</summary>
    public (uint X, uint Y, uint Z) Lowest { get; }

    /// <summary>The highest coordinates, included.</summary>
    public (uint X, uint Y, uint Z) Highest { get; }

    /// <inheritdoc/>
    public override bool Contains(uint x, uint y, uint z = 0) =>
        x >= Lowest.X && x <= Highest.X && y >= Lowest.Y && y <= Highest.Y && z >= Lowest.Z && z <= Highest.Z;

    /// <inheritdoc/>
    internal override Overlap Compare(uint x, uint y, uint z, uint last, int axes)
    {
        uint lastZ = axes == 3 ? z + last : z;
        if (x > Highest.X || y > Highest.Y || z > Highest.Z || x + last < Lowest.X || y + last < Lowest.Y || lastZ < Lowest.Z)
        {
            return Overlap.None;
        }

        return Contains(x, y, z) && Contains(x + last, y + last, lastZ) ? Overlap.Whole : Overlap.Part;
    }
}
