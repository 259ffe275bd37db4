namespace Hartonomous.Core.Spatial.Curves;

/// <summary>A part of a curve's grid: a box or a ball.</summary>
public abstract class GridRegion
{
    private protected GridRegion()
    {
    }

    /// <summary>Whether a grid point lies in the region. For a curve of two dimensions z is 0.</summary>
    public abstract bool Contains(uint x, uint y, uint z = 0);

    /// <summary>How a cube of cells lies to the region.</summary>
    /// <param name="x">Lowest x of the cube.</param>
    /// <param name="y">Lowest y.</param>
    /// <param name="z">Lowest z.</param>
    /// <param name="last">Edge of the cube minus 1; along z 0 where there are two dimensions.</param>
    /// <param name="axes">2 or 3.</param>
    internal abstract Overlap Compare(uint x, uint y, uint z, uint last, int axes);

    /// <summary>How a cube lies to a region.</summary>
    internal enum Overlap
    {
        /// <summary>They share no point.</summary>
        None,

        /// <summary>They may share points.</summary>
        Part,

        /// <summary>The region holds the whole cube.</summary>
        Whole,
    }
}
