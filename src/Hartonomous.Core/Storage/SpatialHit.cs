namespace Hartonomous.Core.Storage;

/// <summary>A tensor that was found, or a part of one.</summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="ModelId">Its model.</param>
/// <param name="Rows">Its rows; <see cref="SpatialRows.Whole"/> for all.</param>
/// <param name="Similarity">Cosine of the sketches, -1 to 1.</param>
/// <param name="Distance">Distance of the spatial keys, in units of the box.</param>
/// <param name="Norm">Euclidean norm of what was found, NaN and Inf left out.</param>
public sealed record SpatialHit(
    StoredTensor Tensor, string Tenant, long ModelId, SpatialRows Rows, float Similarity, double Distance, double Norm);
