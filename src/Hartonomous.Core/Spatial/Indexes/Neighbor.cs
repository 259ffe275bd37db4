namespace Hartonomous.Core.Spatial.Indexes;

/// <summary>A sketch that was found.</summary>
/// <param name="Ordinal">Its ordinal in the source.</param>
/// <param name="Similarity">Cosine of the sketches, -1 to 1.</param>
/// <param name="Distance">Distance of the spatial keys, in units of the box.</param>
public readonly record struct Neighbor(int Ordinal, float Similarity, double Distance);
