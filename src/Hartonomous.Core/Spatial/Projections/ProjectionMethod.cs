namespace Hartonomous.Core.Spatial.Projections;

/// <summary>How a sketch becomes a point of three dimensions.</summary>
public enum ProjectionMethod
{
    /// <summary>Dot products with three orthonormal vectors. Distances only shrink, which bounds them from below.</summary>
    Orthonormal,

    /// <summary>Angular distances to three landmarks, trilaterated.</summary>
    Landmark,
}
